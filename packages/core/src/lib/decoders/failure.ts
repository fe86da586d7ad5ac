import { StreamError } from "../errors.ts";
import { type Json, string } from "./json.ts";

const MESSAGES = {
  generation: "The model failed, and gave no message.",
  content_filter: "A content filter cut the answer.",
  refusal: "The model refused to answer.",
};

/** How a model's own stream says that the answer failed. */
export type FailureCode = keyof typeof MESSAGES;

/**
 * The `StreamError` for a failure that a stream reports of itself. Its cause is the event, or the
 * Error that the event carries.
 */
export function reported(
  code: FailureCode,
  event: Json,
  message = errorMessage(event),
): StreamError {
  const cause = event.error instanceof Error ? event.error : event;
  return new StreamError(code, message || MESSAGES[code], { cause });
}

/** The message of an event that reports an error, in any of the forms that providers use. */
function errorMessage(event: Json): string | undefined {
  return (
    string(event, "error") ??
    string(event.error, "message") ??
    string(event, "message") ??
    string(event, "errorText")
  );
}

/** The `StreamError` for a response that ended before its own end mark. */
export function brokenOff(mark: string): StreamError {
  return new StreamError(
    "network",
    `The model's stream broke off before its end: it has no ${mark}.`,
  );
}
