const LF = "\n";
const CR = "\r";
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Makes text fit to be given offsets; one for each stream, as it remembers what the last piece left open. */
export interface Normalizer {
  /** The next piece, as far as it is certain: a trailing CR or half a surrogate pair is held back. */
  push(piece: string): string;
  /** What was held back, now that nothing follows. A text that was cut off keeps no half of a character. */
  end(cut?: boolean): string;
}

/**
 * CR and CRLF become LF, also where a piece ends between the two, as server-sent events would turn
 * them later, and offsets must not move. Half a surrogate pair waits for its other half; one that
 * never gets it becomes U+FFFD, as it does in UTF-8.
 * @example const text = normalizer(); text.push("a\r") + text.push("\nb") // "a\nb"
 */
export function normalizer(): Normalizer {
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
      return clean(text);
    },
    end(cut = false) {
      const text = cut && SURROGATE.test(held) ? "" : clean(held);
      held = "";
      return text;
    },
  };
}

function clean(text: string): string {
  const lines = text.includes(CR) ? text.replace(/\r\n?/g, LF) : text;
  return SURROGATE.test(lines) ? lines.replace(LONE_SURROGATE, "\ufffd") : lines;
}

/** How many bytes `text` takes in UTF-8. Lone surrogates count as the U+FFFD that they become. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Whether `byte` goes on with a character that an earlier byte began. */
export function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The last place up to `end` at which a character of `bytes` ends. */
export function wholeCharacters(bytes: Uint8Array, end: number): number {
  if (end >= bytes.length) return bytes.length;
  let at = Math.max(0, end);
  while (at > 0 && isContinuation(bytes[at])) at--;
  return at;
}

/** The longest part of `bytes` from `start` on that is at most `maxBytes` and ends with a whole character; one character at least. */
export function cutOnCharacter(bytes: Uint8Array, start: number, maxBytes: number): Uint8Array {
  let end = wholeCharacters(bytes, start + maxBytes);
  if (end > start) return bytes.subarray(start, end);
  end = start + 1;
  while (isContinuation(bytes[end])) end++;
  return bytes.subarray(start, end);
}
