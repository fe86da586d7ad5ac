const LF = "\n";
const CR = "\r";
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Normalises the text of one stream, piece by piece. It remembers what the last piece left open. */
export interface TextNormalizer {
  /**
   * Normalises the next piece.
   * @returns the part that is certain: a trailing CR or half a surrogate pair is held back
   */
  push(piece: string): string;
  /**
   * Returns what was held back, now that nothing follows.
   * @param cut pass true for a text that was cut off: it keeps no half of a character
   */
  end(cut?: boolean): string;
}

/**
 * Makes text safe to count offsets in. CR and CRLF become LF, even if a piece ends between the two:
 * server-sent events would turn them into LF later, and offsets must not move. Half a surrogate
 * pair waits for its other half; one that never gets it becomes U+FFFD, as it does in UTF-8.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 * @example
 * const text = createTextNormalizer();
 * text.push("a\r") + text.push("\nb"); // "a\nb"
 */
export function createTextNormalizer(): TextNormalizer {
  let held = "";
  return {
    push(piece) {
      let text = held + piece;
      held = "";
      const last = text.charCodeAt(text.length - 1);
      if (last === 13 || (last >= 0xd800 && last < 0xdc00)) {
        held = text.slice(-1);
        text = text.slice(0, -1);
      }
      return normalize(text);
    },
    end(cut = false) {
      const text = cut && SURROGATE.test(held) ? "" : normalize(held);
      held = "";
      return text;
    },
  };
}

function normalize(text: string): string {
  const lines = text.includes(CR) ? text.replace(/\r\n?/g, LF) : text;
  return SURROGATE.test(lines) ? lines.replace(LONE_SURROGATE, "\ufffd") : lines;
}
