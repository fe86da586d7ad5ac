/** What went wrong, as a code that programs can switch on. */
export type StreamErrorCode =
  /** The request did not get through, or the connection broke: it is made again. */
  | "network"
  /** The server is overloaded or failing (408, 425, 429, 5xx): the request is made again. */
  | "server"
  /** The application says no (401, 403). */
  | "unauthorized"
  /** There is no such stream (404, 410). */
  | "not_found"
  /** The server refuses the request for what it is (another 4xx). */
  | "rejected"
  /**
   * The answer is not what the protocol says. Without `Stream-Status`, somebody else gave it, such as
   * a login page; or CORS hides it: name it in `Access-Control-Expose-Headers`.
   */
  | "protocol"
  /** The persisted text is not a continuation of the text that was shown. */
  | "contradiction"
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
  /** How long the server asked to wait, in ms (`Retry-After`). */
  declare readonly retryAfter?: number;

  constructor(
    code: StreamErrorCode,
    message: string,
    options?: ErrorOptions & { retryAfter?: number },
  ) {
    super(message, options);
    this.code = code;
    this.retryAfter = options?.retryAfter;
  }
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
