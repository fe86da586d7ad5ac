import type { InitialBody, StreamBody } from "./body.ts";
import { StreamError, storedError } from "./errors.ts";
import { isStatus } from "./protocol/status.ts";
import { byteLength } from "./text/utf8.ts";

/**
 * The body that a stream's `initial` stands for: what a server renders, and what the client goes on
 * from. So a live end, a refresh and a server render show the same error and reason.
 * @param initial the option; without it, the stream is pending
 * @throws {TypeError} if a field of `initial` is wrong
 */
export function bodyOf(initial?: InitialBody | null): StreamBody {
  if (!initial) return { text: "", status: "pending" };
  const { text, status, error, errorMessage, reason, offset } = initial;
  const must = (name: keyof InitialBody, holds: boolean, what: string) => {
    if (holds) return;
    const value: unknown = initial[name];
    throw new TypeError(
      `\`initial.${name}\` is ${typeof value === "string" ? JSON.stringify(value) : value}, but must be ${what}.`,
    );
  };
  const optional = (value: unknown) => value == null || typeof value === "string";
  must("text", typeof text === "string", "a string");
  must("status", isStatus(status), "pending, streaming, done, stopped, error or timeout");
  must("error", error instanceof StreamError || optional(error), "a StreamError or its code");
  must("errorMessage", optional(errorMessage), "a string");
  must("reason", optional(reason), "a string");
  const bytes = byteLength(text);
  must("offset", (offset ?? bytes) === bytes, `${bytes}, the bytes of \`initial.text\``);
  return {
    text,
    status,
    error:
      typeof error === "string" || (!error && status === "error")
        ? storedError(error || undefined, errorMessage ?? undefined)
        : (error ?? undefined),
    reason: reason ?? undefined,
  };
}
