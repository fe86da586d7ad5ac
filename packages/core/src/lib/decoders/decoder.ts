import type { Decoder } from "../types.ts";

/** A decoding inside: text is emitted piece by piece, so that what came before an error is kept. */
export interface Framing {
  push(chunk: Uint8Array): void;
  end(): void;
}

/**
 * Makes a `Decoder` of one that emits. Where a chunk holds text and an error after it, `push` gives
 * the text, and the next call throws the error.
 */
export function decoder(make: (emit: (text: string) => void) => Framing): Decoder {
  return () => {
    let text = "";
    let failure: { readonly error: unknown } | undefined;
    const framing = make((piece) => {
      text += piece;
    });
    const check = () => {
      if (failure) throw failure.error;
      text = "";
    };
    return {
      push(chunk) {
        check();
        try {
          framing.push(chunk);
        } catch (error) {
          failure = { error };
          if (!text) throw error;
        }
        return text;
      },
      end() {
        check();
        framing.end();
        return text;
      },
    };
  };
}
