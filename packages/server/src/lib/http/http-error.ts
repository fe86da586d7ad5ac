/** An answer that says what is wrong. Thrown by the routes; sent as `{ error: { code, message } }`. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** The same error with more headers. */
  with(headers: Record<string, string>): HttpError {
    return new HttpError(this.status, this.code, this.message, { ...this.headers, ...headers });
  }
}
