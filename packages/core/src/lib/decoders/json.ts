import { StreamError } from "../errors.ts";

/** A JSON object whose members are not checked yet. */
export type Json = { readonly [key: string]: unknown };

/** Parses JSON; returns undefined for a text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses one JSON object of a response. Throws a StreamError (`protocol`) for anything else. */
export function parseObject(data: string): Json {
  const value = parseJson(data);
  if (isObject(value)) return value;
  const short = data.length > 80 ? `${data.slice(0, 80)}…` : data;
  throw new StreamError(
    "protocol",
    `The response should hold JSON objects, but has: ${short}. Does the decoder fit the format?`,
  );
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `value[key]`, if it is a string. */
export function string(value: unknown, key: string): string | undefined {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === "string" ? member : undefined;
}
