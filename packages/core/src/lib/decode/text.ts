import { StreamError } from "../error.ts";
import type { Decoder } from "./decoder.ts";

/**
 * Plain UTF-8 text. This is what a drive response is taken for where no decoder is given.
 * @example httpDrive({ url: "/api/chat", decode: text() })
 */
export function text(): Decoder {
  return (emit) => {
    const decoder = utf8();
    return {
      push(chunk) {
        const piece = decoder.decode(chunk, { stream: true });
        if (piece) emit(piece);
      },
      end() {
        endOf(decoder);
        return false;
      },
    };
  };
}

/** A decoder that keeps a leading U+FEFF: it is a character of the text like any other. */
export function utf8(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

/** Ends a decoder; a character that was cut in half says that the response was cut. */
export function endOf(decoder: TextDecoder): void {
  if (decoder.decode()) {
    throw new StreamError("network", "The response ended in the middle of a character.");
  }
}
