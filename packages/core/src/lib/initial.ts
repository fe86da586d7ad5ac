import type { InitialBody, StreamBody } from "./body.ts";
import { check, shown } from "./check.ts";
import { StreamError, storedError } from "./errors.ts";
import { isStatus, STATUSES } from "./protocol/status.ts";
import { byteLength } from "./text/utf8.ts";

const WORD = "a string or null";

const FIELDS = {
  text: "a string",
  error: "a string, StreamError or null",
  errorMessage: WORD,
  reason: WORD,
};

const PENDING: StreamBody = { text: "", status: "pending", error: undefined, reason: undefined };

/**
 * The body that a stream's `initial` stands for: what a server renders, and what the client goes on
 * from. So a live end, a refresh and a server render show the same error and reason.
 * @param initial the option; without it, the stream is pending
 * @returns the body, with the error as a StreamError
 * @throws {TypeError} if a field of `initial` is wrong; further ones are ignored
 * @example const body = bodyOf(await streams.read(id));
 */
export function bodyOf(initial?: InitialBody | null): StreamBody {
  if (!initial) return PENDING;
  const { text, status, error, errorMessage, reason, offset } = initial;
  check("initial", { text: text ?? null, error, errorMessage, reason }, FIELDS);
  const bytes = byteLength(text);
  if ((offset ?? bytes) !== bytes) {
    throw new TypeError(
      `initial: \`offset\` is ${shown(offset)}, but \`text\` has ${bytes} bytes.`,
    );
  }
  if (!isStatus(status)) {
    throw new TypeError(
      `initial: \`status\` is ${shown(status)}, but must be ${STATUSES.join(", ")}.`,
    );
  }
  return {
    text,
    status,
    error:
      error instanceof StreamError
        ? error
        : error || status === "error"
          ? storedError(error, errorMessage)
          : undefined,
    reason: reason ?? undefined,
  };
}
