/**
 * Where a text may be cut, so that no reader sees half of what is one character to them.
 * `cut(text, from, units, whole)` is an index at or after `from + units`, at the end of a grapheme
 * cluster. The text's last cluster may still grow: without `whole`, it is held back.
 * Looks at no more of the text than it needs to.
 */
export type Cut = (text: string, from: number, units: number, whole: boolean) => number;

// Longer than all but freak clusters (a family emoji has 11 code units, a flag of a region 14).
const MARGIN = 64;

/** Makes a `Cut` by `Intl.Segmenter`, or by code points where a browser has none. */
export function graphemes(locale?: string): Cut {
  const segmenter =
    typeof Intl === "object" && "Segmenter" in Intl
      ? new Intl.Segmenter(locale, { granularity: "grapheme" })
      : undefined;
  const clusters = (text: string): Iterable<string> =>
    segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : text;

  return function cut(text, from, units, whole) {
    const left = text.length - from;
    if (units >= left && whole) return text.length;
    // Where the window is all of the rest, its last cluster is the text's last one.
    for (let size = Math.min(left, units + MARGIN); ; size = Math.min(left, size * 4)) {
      let at = 0;
      let last = 0;
      for (const cluster of clusters(text.slice(from, from + size))) {
        last = at;
        at += cluster.length;
        if (at >= units && at < size) return from + at;
      }
      if (size === left) return from + (whole ? at : last);
    }
  };
}
