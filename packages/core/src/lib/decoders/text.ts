import type { Decoder } from "../types.ts";
import { decoder } from "./decoder.ts";

/**
 * Reads plain UTF-8 text. `httpDrive` does the same without a decoder.
 * @returns A decoder. It throws a StreamError (`network`) if the response ends in the middle of a character.
 * @example httpDrive({ url: "/api/chat", decode: text() })
 */
export function text(): Decoder {
  return decoder((emit) => ({ push: emit, end() {} }));
}
