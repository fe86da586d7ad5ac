import { byteLength, walk, wholeCharacters } from "./utf8.ts";

/**
 * The result of merging a piece.
 * - `grew`: there was something new in it
 * - `same`: all of it was there before
 * - `gap`: it starts after the end of the text: nothing was taken
 * - `clash`: it is not what was shown at this place: nothing was taken
 */
export type Merged = "grew" | "same" | "gap" | "clash";

/** A text that only grows, from pieces in any order. */
export interface Merge {
  /** Takes a piece by its byte offset; `bytes` is its UTF-8 length, if known. */
  put(delta: string, offset: number, bytes?: number): Merged;
  /** Takes a whole body. It may be longer or shorter than the text; one must be a prefix of the other. */
  whole(text: string): Merged;
  /** The text. */
  text(): string;
  /** The text's length, in UTF-8 bytes. */
  bytes: number;
}

/**
 * Starts a text.
 * @param known what is known of it
 *
 * The cost is linear: what comes at the end is appended to `fresh`, and looked at no more; an
 * overlap is compared with the blocks that it touches, never with the whole text.
 */
export function createMerge(known = ""): Merge {
  // Long enough that a text has few blocks, short enough that looking into one costs little.
  const BLOCK = 4096;
  /** All but `fresh`. */
  let settled = "";
  /** What came since the text was last read. */
  let fresh = "";
  /** `settled` again, in blocks, and the byte at which each starts. */
  const blocks = [""];
  const starts = [0];

  function text(): string {
    if (fresh) {
      const last = blocks.length - 1;
      blocks[last] += fresh;
      settled += fresh;
      fresh = "";
      if (blocks[last]!.length >= BLOCK) {
        blocks.push("");
        starts.push(merge.bytes);
      }
    }
    return settled;
  }

  function append(delta: string, bytes = byteLength(delta)): Merged {
    fresh += delta;
    merge.bytes += bytes;
    return delta ? "grew" : "same";
  }

  const merge: Merge = {
    bytes: 0,
    text,
    put(delta, offset, bytes) {
      // Negated, so that an offset that is no number is a gap as well.
      if (!(offset >= 0 && offset <= merge.bytes)) return "gap";
      const piece = bytes ? delta : wholeCharacters(delta);
      if (offset === merge.bytes) return append(piece, bytes);
      text();
      let seen = 0;
      let block = blocks.length;
      // From the end, since overlaps are mostly there.
      while (starts[--block]! > offset);
      let [at, passed] = walk(blocks[block]!, offset - starts[block]!);
      // Inside a character.
      if (starts[block]! + passed !== offset) return "clash";
      for (; seen < piece.length && block < blocks.length; block++) {
        const part = blocks[block]!.slice(at, at + piece.length - seen);
        if (!piece.startsWith(part, seen)) return "clash";
        seen += part.length;
        at = 0;
      }
      return append(piece.slice(seen));
    },
    whole(body) {
      const piece = wholeCharacters(body);
      if (text().startsWith(piece)) return "same";
      return piece.startsWith(settled) ? append(piece.slice(settled.length)) : "clash";
    },
  };
  append(wholeCharacters(known));
  return merge;
}
