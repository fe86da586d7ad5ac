import type { Edit, Patches } from "../patch.ts";

const inMerge = (from: string, to: string): Edit => ({ file: "src/lib/text/merge.ts", from, to });
const inReadText = (from: string, to: string): Edit => ({
  file: "src/lib/http/read-text.ts",
  from,
  to,
});

/** Mutations of the merge, and of how bytes become its pieces. */
export const merge: Patches = {
  "merge: an overlap is appended again": [
    [inMerge("return append(piece.slice(seen));", "return append(piece);")],
  ],
  "merge: a gap is appended": [
    [
      inMerge(
        'if (!(offset >= 0 && offset <= merge.bytes)) return "gap";',
        'if (!(offset >= 0)) return "gap";',
      ),
      inMerge("if (offset === merge.bytes)", "if (offset >= merge.bytes)"),
    ],
  ],
  "merge: an overlap is not compared": [
    [inMerge('if (!piece.startsWith(part, seen)) return "clash";', "")],
  ],
  "merge: bytes counted as characters": [
    [inMerge("bytes = byteLength(delta)): Merged", "bytes = delta.length): Merged")],
  ],
  "merge: a shorter whole body replaces the text": [
    [
      inMerge(
        'if (text().startsWith(piece)) return "same";',
        'if (text().startsWith(piece)) { settled = piece; merge.bytes = byteLength(piece); return "same"; }',
      ),
    ],
  ],
  "read-text: a split character is decoded alone": [
    [inReadText("decoder.decode(value, { stream: true })", "decoder.decode(value)")],
  ],
  "read-text: offsets count a held-back half": [
    [
      inReadText(
        "value[value.length - 1]! < 0x80 ? held : byteLength(delta)",
        "value ? held : byteLength(delta)",
      ),
    ],
  ],
  "read-text: the byte order mark is eaten": [[inReadText(", ignoreBOM: true", "")]],
};
