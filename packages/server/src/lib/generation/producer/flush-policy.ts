import type { FlushPolicy } from "../../options/flush.ts";
import { utf8Length } from "../../util/utf8.ts";

// Short sentences in quick succession share a write: it saves followers' bytes and the store's rows.
const MIN_INTERVAL_MS = 200;

// A long text is not written in crumbs: after 4 KB a write waits for more and more bytes.
const SHORT_TEXT_BYTES = 4096;
const LEAST_BYTES = 200;
const LEAST_SHARE = 1 / 8;

/** The unwritten text, and how much of it to write when. Pure: the caller passes the time, in ms. */
export interface Flush {
  /** Adds text of so many UTF-8 bytes. */
  push(text: string, bytes: number, now: number): void;
  /** How many bytes to write now; 0 for none. They end with a character. */
  due(now: number): number;
  /** When to ask again, if nothing is pushed before; undefined if nothing is unwritten. */
  wakeAt(): number | undefined;
  /** Removes bytes that are being written: a count that `due` or `bytes` gave. */
  taken(bytes: number, now: number): void;
  /** How many bytes are unwritten. */
  readonly bytes: number;
}

/**
 * Makes the machine of a flush policy.
 * @see https://tc39.es/ecma402/#segmenter-objects for sentences
 * @example
 * const flush = createFlush(DEFAULT_FLUSH);
 * flush.push("One. Two", 8, 0);
 * flush.due(0) // 5: "One. "
 */
export function createFlush(policy: FlushPolicy): Flush {
  const { maxDelayMs, longDelayMs = maxDelayMs } = policy;
  const minInterval = Math.min(MIN_INTERVAL_MS, maxDelayMs);
  let text = "";
  let bytes = 0;
  let written = 0;
  // When the oldest unwritten text came, and when the last write began.
  let since = 0;
  let wroteAt = Number.NEGATIVE_INFINITY;
  // Bytes up to the last boundary that was found; whether the text may hold a later one, and
  // whether any came since the last look.
  let ready = 0;
  let candidate = false;
  let fresh = false;

  const tooFew = () =>
    longDelayMs > maxDelayMs &&
    bytes < Math.min(LEAST_BYTES, (written - SHORT_TEXT_BYTES) * LEAST_SHARE);

  const findBoundary = () => {
    if (!candidate || !fresh) return;
    fresh = false;
    const end = lastBoundary(text, policy.boundary);
    candidate = end < 0;
    if (end > 0) ready = utf8Length(text.slice(0, end));
  };

  return {
    get bytes() {
      return bytes;
    },
    push(piece, pieceBytes, now) {
      if (bytes === 0) since = now;
      text += piece;
      bytes += pieceBytes;
      fresh = true;
      candidate ||= mayEnd(piece, policy.boundary);
    },
    due(now) {
      if (bytes === 0) return 0;
      if (bytes >= policy.maxBytes) return bytes;
      if (now - since < longDelayMs && tooFew()) return 0;
      if (now - since >= maxDelayMs) return bytes;
      if (now - wroteAt < minInterval) return 0;
      findBoundary();
      return ready;
    },
    wakeAt() {
      if (bytes === 0) return undefined;
      const delay = since + maxDelayMs;
      const at = ready > 0 || (candidate && fresh) ? Math.min(delay, wroteAt + minInterval) : delay;
      return tooFew() ? Math.max(at, since + longDelayMs) : at;
    },
    taken(count, now) {
      wroteAt = now;
      text = count === bytes ? "" : dropBytes(text, count);
      bytes -= count;
      written += count;
      since = now;
      ready = 0;
      fresh = true;
      candidate = mayEnd(text, policy.boundary);
    },
  };
}

const sentences = new Intl.Segmenter("und", { granularity: "sentence" });
const SENTENCE_END = /[\p{Sentence_Terminal}\n\u0085\u2028\u2029]/u;

const OPEN_END = /\p{Sentence_Terminal}[\s\p{Close_Punctuation}\p{Final_Punctuation}"']*$/u;

/** Whether `piece` may complete a boundary: a cheap look, so that the segmenter runs once a sentence and not once a token. */
function mayEnd(piece: string, boundary: FlushPolicy["boundary"]): boolean {
  if (boundary === "none") return false;
  return boundary === "sentence" ? SENTENCE_END.test(piece) : piece.includes("\n");
}

/**
 * The place of the last certain boundary in `text`: 0 if there is none, and -1 if only the following
 * text can tell ("3." may become "3.14").
 */
function lastBoundary(text: string, boundary: FlushPolicy["boundary"]): number {
  if (boundary === "line") return text.lastIndexOf("\n") + 1;
  if (boundary === "paragraph") {
    const at = text.lastIndexOf("\n\n");
    if (at >= 0) return at + 2;
    return text.endsWith("\n") ? -1 : 0;
  }
  if (text.endsWith("\n")) return text.length;
  const start = sentences.segment(text).containing(text.length - 1)?.index ?? 0;
  if (start > 0) return start;
  return OPEN_END.test(text) ? -1 : 0;
}

/** `text` without its first `count` bytes; `count` ends a character. */
function dropBytes(text: string, count: number): string {
  let units = 0;
  for (let left = count; left > 0; ) {
    const code = text.codePointAt(units)!;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    units += code < 0x10000 ? 1 : 2;
  }
  return text.slice(units);
}
