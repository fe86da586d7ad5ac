import { StreamError } from "../errors.ts";
import type { Decoder } from "../types.ts";

/** Reads the text of one response, and emits the answer's text piece by piece, so that the text before an error is kept. */
export interface Framing {
  /** Reads the next piece of the response, cut anywhere. */
  push(text: string): void;
  /** Reads what is left at a clean end of the response. */
  end(): void;
}

/**
 * Makes a `Decoder` of a framing: decodes UTF-8, and collects what each chunk emits. If a chunk
 * holds text and an error after it, `push` returns the text, and the next call throws the error.
 */
export function decoder(make: (emit: (text: string) => void) => Framing): Decoder {
  return () => {
    // A leading U+FEFF is a character of the text like any other: the formats drop their own.
    const bytes = new TextDecoder("utf-8", { ignoreBOM: true });
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
          framing.push(bytes.decode(chunk, { stream: true }));
        } catch (error) {
          failure = { error };
          if (!text) throw error;
        }
        return text;
      },
      end() {
        check();
        // A character that was cut in half says that the response was cut.
        if (bytes.decode()) {
          throw new StreamError("network", "The response ended in the middle of a character.");
        }
        framing.end();
        return text;
      },
    };
  };
}
