import { byteLength, unitsOf, wholeCharacters } from "./utf8.ts";

/**
 * What merging a piece came to.
 * - `grew`: there was something new in it
 * - `same`: all of it was there before
 * - `gap`: it starts after the end of the text: nothing was taken
 * - `clash`: it is not what was shown at this place: nothing was taken
 */
export type Merged = "grew" | "same" | "gap" | "clash";

/** A text that only grows, from pieces in any order. */
export interface Merge {
  /** Takes a piece by its byte offset; `bytes` is its UTF-8 length, where known. */
  add(delta: string, offset: number, bytes?: number): Merged;
  /** Takes a whole body: longer or shorter than the text, one must be a prefix of the other. */
  whole(text: string): Merged;
  /** The text. */
  text(): string;
  /** The text from a byte offset on; undefined where the offset is none of this text's. */
  from(offset: number): string | undefined;
  /** The text's length, in UTF-8 bytes. */
  bytes: number;
}

// Long enough that a text has few blocks, short enough that looking into one costs little.
const BLOCK = 4096;

/**
 * Starts a text, with what is known of it.
 *
 * The cost is linear: what comes at the end is appended to `fresh`, and looked at no more; an
 * overlap is compared with the blocks that it touches, never with the whole text.
 */
export function createMerge(known = ""): Merge {
  /** All but `fresh`. */
  let settled = "";
  /** What came since somebody last looked. */
  let fresh = "";
  /** `settled` again, in blocks, and the byte at which each starts. */
  const blocks = [""];
  const starts = [0];

  function settle(): string {
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

  /** The block that byte `offset` is in, and the place in it; the place is -1 inside a character. */
  function find(offset: number): [block: number, at: number] {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! > offset) high = middle - 1;
      else low = middle;
    }
    return [low, unitsOf(blocks[low]!, offset - starts[low]!)];
  }

  function append(delta: string, bytes?: number): Merged {
    if (!delta) return "same";
    fresh += delta;
    merge.bytes += bytes ?? byteLength(delta);
    return "grew";
  }

  const merge: Merge = {
    bytes: 0,
    add(delta, offset, bytes) {
      // Negated, so that an offset that is no number is a gap as well.
      if (!(offset >= 0 && offset <= merge.bytes)) return "gap";
      if (offset === merge.bytes && bytes) return append(delta, bytes);
      delta = wholeCharacters(delta);
      if (offset === merge.bytes) return append(delta);
      settle();
      let [block, at] = find(offset);
      if (at < 0) return "clash";
      let seen = 0;
      for (; seen < delta.length && block < blocks.length; block++) {
        const part = blocks[block]!.slice(at, at + delta.length - seen);
        if (!delta.startsWith(part, seen)) return "clash";
        seen += part.length;
        at = 0;
      }
      return append(delta.slice(seen));
    },
    whole(text) {
      text = wholeCharacters(text);
      if (settle().startsWith(text)) return "same";
      return text.startsWith(settled) ? append(text.slice(settled.length)) : "clash";
    },
    text: settle,
    from(offset) {
      settle();
      if (!(offset >= 0 && offset <= merge.bytes)) return;
      const [block, at] = find(offset);
      return at < 0 ? undefined : blocks[block]!.slice(at) + blocks.slice(block + 1).join("");
    },
  };
  append(wholeCharacters(known));
  return merge;
}
