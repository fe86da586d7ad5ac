import { StreamError } from "../errors.ts";
import { isStatus } from "../protocol/status.ts";
import type { StreamEndFields, StreamUpdate } from "../text/body.ts";

function isOffset(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/**
 * Checks an update that an application's endpoint or function returned.
 * @param value what it returned
 * @returns the update, without fields that it does not know
 * @throws {StreamError} `protocol`, if it is not an update; the message names the wrong field
 */
export function parseUpdate(value: unknown): StreamUpdate {
  if (typeof value !== "object" || value === null) throw invalid(`is ${show(value)}, no object`);
  const fields = value as Record<string, unknown>;
  const { text, delta, offset, bytes, status } = fields;
  const end = {
    error: word(fields, "error"),
    errorMessage: word(fields, "errorMessage"),
    reason: word(fields, "reason"),
  };
  if (typeof text === "string") {
    if (!isStatus(status)) throw invalid(`has the status ${show(status)}`);
    return { text, status, ...end };
  }
  if (typeof delta !== "string") throw invalid("has neither a `text` nor a `delta`");
  if (!isOffset(offset)) {
    throw invalid(`has a \`delta\`, but no \`offset\` in bytes: it is ${show(offset)}`);
  }
  if (status !== undefined && !isStatus(status)) throw invalid(`has the status ${show(status)}`);
  return {
    delta,
    offset,
    bytes: typeof bytes === "number" ? bytes : undefined,
    status,
    ...end,
  };
}

/** A field that is a string, or not given. */
function word(fields: Record<string, unknown>, name: keyof StreamEndFields): string | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw invalid(`has an \`${name}\` that is no string, but ${show(value)}`);
}

/** A value as a message names it. */
export function show(value: unknown): string {
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function invalid(what: string): StreamError {
  return new StreamError(
    "protocol",
    `The answer ${what}. Return { text, status } or { delta, offset, status }, with the status pending, streaming, done, stopped, error or timeout.`,
  );
}
