import { StreamError } from "../errors.ts";
import type { Decoder } from "../types.ts";

/**
 * Plain UTF-8 text. This is what a drive response is taken for where no decoder is given.
 * @example httpDrive({ url: "/api/chat", decode: text() })
 */
export function text(): Decoder {
  return () => {
    const bytes = utf8();
    return {
      push: (chunk) => bytes.decode(chunk, { stream: true }),
      end() {
        endOf(bytes);
        return "";
      },
    };
  };
}

/** A decoder that keeps a leading U+FEFF: it is a character of the text like any other. */
export function utf8(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

/** Ends a decoder; a character that was cut in half says that the response was cut. */
export function endOf(bytes: TextDecoder): void {
  if (bytes.decode()) {
    throw new StreamError("network", "The response ended in the middle of a character.");
  }
}
