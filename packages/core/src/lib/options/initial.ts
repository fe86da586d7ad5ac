import { StreamError, storedError } from "../errors.ts";
import { isStatus, STATUSES } from "../protocol/status.ts";
import type { InitialBody, StreamBody } from "../text/body.ts";
import { byteLength } from "../text/utf8.ts";
import { check, shown } from "./check.ts";

const WORD = "a string or null";

const FIELDS = { error: "a string, StreamError or null", errorMessage: WORD, reason: WORD };

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
  if (process.env.NODE_ENV !== "production") {
    check("initial", { error, errorMessage, reason }, FIELDS);
  }
  // A row of a database may be wrong in production too.
  const must = (name: string, value: unknown, holds: boolean, rule: string) => {
    if (!holds)
      throw new TypeError(`initial: \`${name}\` is ${shown(value)}, but must be ${rule}.`);
  };
  must("text", text, typeof text === "string", "a string");
  must("status", status, isStatus(status), STATUSES.join(", "));
  const bytes = byteLength(text);
  must("offset", offset, (offset ?? bytes) === bytes, `${bytes}, the bytes of \`text\``);
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
