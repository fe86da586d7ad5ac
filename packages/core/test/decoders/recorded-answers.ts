// Helpers of the decoders' tests.
import { expect } from "vitest";
import { StreamError } from "../../src/lib/errors.ts";
import type { Decoder } from "../../src/lib/types.ts";

export { recorded, TEXT } from "../recorded/streams.ts";

export const bytesOf = (raw: string) => new TextEncoder().encode(raw);

/** A response of server-sent events, one for each value. */
export const eventsOf = (...values: unknown[]) =>
  values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");

/** Decodes a response that comes in `chunks`: its text, and the error that it ended with. */
export function decode(decoder: Decoder, chunks: Uint8Array[]) {
  const decoding = decoder();
  let text = "";
  try {
    for (const chunk of chunks) text += decoding.push(chunk);
    return { text: text + decoding.end() };
  } catch (error) {
    return { text, error };
  }
}

/** Decodes a response that comes at once. */
export const all = (decoder: Decoder, raw: string) => decode(decoder, [bytesOf(raw)]);

/** The code of an error, which must be a `StreamError`. */
export function codeOf(error: unknown) {
  expect(error).toBeInstanceOf(StreamError);
  return (error as StreamError).code;
}

/** Expects a response to be read as the text `Hal`, and then the error `overloaded`. */
export function expectTextThenError(decoder: Decoder, raw: string) {
  const { text, error } = all(decoder, raw);
  expect(text).toBe("Hal");
  expect(codeOf(error)).toBe("generation");
  expect((error as StreamError).message).toBe("overloaded");
  expect((error as StreamError).cause).toBeTypeOf("object");
}
