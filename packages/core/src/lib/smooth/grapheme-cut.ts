/**
 * Finds a place to cut a text, at the end of a
 * [grapheme cluster](https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries), so that no
 * reader sees half of a character. It looks at no more of the text than it needs to.
 * @param text the text
 * @param from where the part begins, in UTF-16 code units: a place that was cut at before
 * @param units how many code units the part should have, at least
 * @param whole whether the text is known to be complete. If not, its last cluster may still grow,
 *   and is held back
 * @returns an index of the text: the first cluster end at or after `from + units`
 */
export type GraphemeCut = (text: string, from: number, units: number, whole: boolean) => number;

/** Longer than all but freak clusters (a family emoji has 11 code units, a flag of a region 14). */
const MARGIN = 64;
/** If a window ends inside a cluster, the next window is so many times as long. */
const WINDOW_GROWTH = 4;

/**
 * Makes a `GraphemeCut` by [Intl.Segmenter](https://tc39.es/ecma402/#segmenter-objects), or by code points
 * if the runtime has none.
 * @param locale the language whose rules are used. Default: the runtime's own
 */
export function createGraphemeCut(locale?: string): GraphemeCut {
  const segmenter =
    typeof Intl === "object" && "Segmenter" in Intl
      ? new Intl.Segmenter(locale, { granularity: "grapheme" })
      : undefined;
  const clusters = (text: string): Iterable<string> =>
    segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : text;

  return function cut(text, from, units, whole) {
    const left = text.length - from;
    if (units >= left && whole) return text.length;
    // If the window is all of the rest, its last cluster is the text's last one.
    for (let size = Math.min(left, units + MARGIN); ; size = Math.min(left, size * WINDOW_GROWTH)) {
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
