/** What went wrong, as a code that programs can switch on. */
export type StreamErrorCode =
  | "network"
  | "unauthorized"
  | "not_found"
  | "rejected"
  | "server"
  | "protocol"
  | "contradiction"
  | "generation"
  | "overflow";

/** An error of a stream. `code` says what kind, `cause` keeps what was caught. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  readonly code: StreamErrorCode;

  constructor(code: StreamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
