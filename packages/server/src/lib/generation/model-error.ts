import { StreamError } from "@twinstream/core/events";

/** The codes by which a model's own stream may fail. The stream's record has the same code. */
export type ModelErrorCode = "content_filter" | "refusal" | "generation";

/**
 * A model's stream failed: `append.from` rejects with it.
 * @example append.from(answer).catch((error) => {
 *   if (error instanceof ModelError && error.code === "refusal") return append(error.message);
 *   throw error;
 * });
 */
export class ModelError extends Error {
  override readonly name = "ModelError";
  /**
   * - `content_filter`: a content filter cut the answer
   * - `refusal`: the model refused; the message is its words, if it gave any
   * - `generation`: the model failed, or its stream broke off or cannot be read
   */
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The error to reject with for an error of the event readers; any other error is its own. */
export function modelError(error: unknown): unknown {
  if (!(error instanceof StreamError)) return error;
  const { code, message, cause } = error;
  // An Error that a client library hands on in an event is what the application knows.
  if (code === "generation" && cause instanceof Error) return cause;
  return new ModelError(
    code === "content_filter" ? "content_filter" : code === "refusal" ? "refusal" : "generation",
    message,
    { cause },
  );
}
