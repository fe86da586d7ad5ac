import { StreamError } from "../errors.ts";

/** A JSON value whose members nobody has checked yet. */
export type Json = { readonly [key: string]: unknown };

/** Parses one JSON object out of a stream. */
export function parseObject(data: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new StreamError("protocol", `The stream holds what is not JSON: ${short(data)}`, {
      cause,
    });
  }
  if (!isObject(value)) {
    throw new StreamError("protocol", `The stream holds JSON that is no object: ${short(data)}`);
  }
  return value;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `value[key]` where it is a string. */
export function string(value: unknown, key: string): string | undefined {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === "string" ? member : undefined;
}

/** The `StreamError` for an error that a stream reports of itself; its parsed form is the cause. */
export function reported(value: Json, message: string | undefined): StreamError {
  return new StreamError("generation", message || "The generation failed.", { cause: value });
}

/** The `StreamError` for a stream that ended before its own end mark. */
export function cutShort(mark: string): StreamError {
  return new StreamError("network", `The response ended before its end mark (${mark}).`);
}

function short(data: string): string {
  return data.length > 80 ? `${data.slice(0, 80)}…` : data;
}
