import { StreamError } from "../errors.ts";
import { isTerminal, type StreamStatus } from "../protocol/status.ts";
import type { StreamUpdate } from "../types.ts";

/** Whether `value` is one of the statuses. */
export function isStatus(value: unknown): value is StreamStatus {
  return (
    typeof value === "string" &&
    (["pending", "streaming", "done", "stopped", "error", "timeout"] as unknown[]).includes(value)
  );
}

/** The status that an answer bears, as far as it is known to be one: terminal only where the text's end was reached. */
export function statusOf(value: unknown, closed: boolean): StreamStatus | undefined {
  const status = isStatus(value) ? value : undefined;
  if (closed) return status && isTerminal(status) ? status : "done";
  return status && !isTerminal(status) ? status : undefined;
}

/**
 * What somebody's endpoint or function answered, checked.
 * @throws {StreamError} `protocol`, which says what is wrong with it
 */
export function parseUpdate(value: unknown): StreamUpdate {
  if (typeof value !== "object" || value === null) throw wrong("is no object");
  const update = value as Record<string, unknown>;
  if (update.error !== undefined && update.error !== null && typeof update.error !== "string") {
    throw wrong("has an `error` that is no string");
  }
  const error = typeof update.error === "string" ? update.error : undefined;
  if (typeof update.text === "string") {
    if (!isStatus(update.status)) throw wrong(`has the status ${JSON.stringify(update.status)}`);
    return { text: update.text, status: update.status, error };
  }
  if (typeof update.delta !== "string") throw wrong("has neither a `text` nor a `delta`");
  if (!Number.isSafeInteger(update.offset) || (update.offset as number) < 0) {
    throw wrong("has a `delta`, and no `offset` in bytes");
  }
  if (update.status !== undefined && !isStatus(update.status)) {
    throw wrong(`has the status ${JSON.stringify(update.status)}`);
  }
  const bytes = typeof update.bytes === "number" ? update.bytes : undefined;
  return {
    delta: update.delta,
    offset: update.offset as number,
    bytes,
    status: update.status as StreamStatus | undefined,
    error,
  };
}

function wrong(what: string): StreamError {
  return new StreamError(
    "protocol",
    `The answer ${what}. Expected { text, status } or { delta, offset, status }, with a status of pending, streaming, done, stopped, error or timeout.`,
  );
}
