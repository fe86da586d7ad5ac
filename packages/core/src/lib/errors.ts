/** What went wrong, as a code for programs. */
export type StreamErrorCode =
  /** The request did not get through, or the connection broke. It is sent again. */
  | "network"
  /** The server is overloaded or failing (408, 425, 429, 5xx). The request is sent again. */
  | "server"
  /** The application refuses access (401, 403). */
  | "unauthorized"
  /** There is no such stream (404, 410). */
  | "not_found"
  /** The server rejects the request itself (another 4xx). */
  | "rejected"
  /**
   * The answer does not follow the protocol. Without `Stream-Status`, it is perhaps a login page; or
   * CORS hides the header: name it in `Access-Control-Expose-Headers`.
   */
  | "protocol"
  /** The persisted text does not continue the text that was shown. */
  | "contradiction"
  /** The stream ended as `timeout`: thrown by `stream.deltas()`. */
  | "timeout"
  /** Generating failed on the server. */
  | "generation"
  /** A content filter of the model's provider cut the answer. */
  | "content_filter"
  /** The model refused to answer. */
  | "refusal"
  /** The text grew over a bound of the server's. */
  | "overflow"
  /** Another word, with which the server or the source ended the stream in `error`. */
  | (string & {});

/**
 * An error of a stream. `code` says what kind, `cause` keeps what was caught.
 * @example if (error?.code === "unauthorized") askToLogIn();
 */
export class StreamError extends Error {
  override readonly name = "StreamError";
  declare readonly code: StreamErrorCode;
  /** How long the server asks to wait, in milliseconds (`Retry-After`). */
  declare readonly retryAfterMs?: number;
  /** The HTTP status of the answer that it stands for, if it stands for one. */
  declare readonly httpStatus?: number;

  constructor(code: StreamErrorCode, message: string, options: StreamErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.httpStatus = options.httpStatus;
  }
}

/** What else is known of an error. */
export interface StreamErrorOptions extends ErrorOptions {
  readonly retryAfterMs?: number;
  readonly httpStatus?: number;
}

/**
 * The error that a stream's end has, as it is stored: the same for a live reader, after a refresh
 * and in a server render.
 * @param code the end's code
 * @param message its words for people; default: some that name the code
 */
export function storedError(code?: string | null, message?: string | null): StreamError {
  const known = code || "generation";
  return new StreamError(known, message || `The server reports "${known}".`);
}

/**
 * What was caught, as a StreamError, and whether asking again cannot help. What is not a StreamError
 * counts as a failure of the connection; these pass, and so does an overloaded server.
 */
export function failure(caught: unknown): { error: StreamError; fatal: boolean } {
  const error =
    caught instanceof StreamError
      ? caught
      : new StreamError("network", String(caught), { cause: caught });
  return { error, fatal: error.code !== "network" && error.code !== "server" };
}
