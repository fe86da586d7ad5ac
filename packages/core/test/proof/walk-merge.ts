// The walk of the merge: every piece of a short text, right and wrong, in every order.
import { createMerge } from "../../src/lib/text/merge.ts";
import { byteLength } from "../../src/lib/text/utf8.ts";
import type { Walked } from "./walked.ts";

/** Walks the merge: every order of every piece of a short text of 1 to 4 bytes a character, and of wrong ones. */
export function walkMerge(depth: number): Walked {
  const truth = "aé世𝒳\n";
  const characters = [...truth];
  const starts = characters.map((_, i) => byteLength(characters.slice(0, i).join("")));
  type Piece = { delta: string; offset: number; right: boolean } | { text: string; right: boolean };
  const pieces: Piece[] = [];
  for (let from = 0; from <= characters.length; from++) {
    const offset = starts[from] ?? byteLength(truth);
    for (let to = from; to <= characters.length; to++) {
      pieces.push({ delta: characters.slice(from, to).join(""), offset, right: true });
    }
    pieces.push({ text: characters.slice(0, from).join(""), right: true });
    if (from < characters.length) {
      pieces.push(
        { delta: "ø", offset, right: false },
        { text: `${characters.slice(0, from).join("")}ø`, right: false },
      );
    }
  }
  pieces.push(
    { delta: "é", offset: 2, right: false },
    { delta: "a", offset: Number.NaN, right: false },
  );

  let layer = new Map<string, bigint>([["", 1n]]);
  const seen = new Set<string>([""]);
  let transitions = 0;
  let interleavings = 0n;
  for (let level = 0; level < depth; level++) {
    const next = new Map<string, bigint>();
    for (const [shown, ways] of layer) {
      for (const piece of pieces) {
        transitions++;
        const merge = createMerge(shown);
        const merged =
          "text" in piece ? merge.whole(piece.text) : merge.put(piece.delta, piece.offset);
        const text = merge.text();
        const where = `walk of the merge: ${JSON.stringify({ shown, piece, merged, text })}`;
        if (!text.startsWith(shown)) throw new Error(`1: text only grows. ${where}`);
        if (merge.bytes !== byteLength(text)) throw new Error(`2: offsets are bytes. ${where}`);
        if ((merged === "grew") !== text.length > shown.length)
          throw new Error(`the merge says what it did. ${where}`);
        if (piece.right) {
          if (!truth.startsWith(text))
            throw new Error(`2: nothing is doubled or skipped. ${where}`);
          const end =
            "text" in piece ? byteLength(piece.text) : piece.offset + byteLength(piece.delta);
          const reaches = "text" in piece || piece.offset <= byteLength(shown);
          if (reaches && merge.bytes < end) throw new Error(`2: what goes on is taken. ${where}`);
          if (merged === "clash") throw new Error(`2: what is right is no contradiction. ${where}`);
        } else if (merged === "same")
          throw new Error(`2: what is wrong is not taken for the same. ${where}`);
        if (!truth.startsWith(text)) continue;
        seen.add(text);
        next.set(text, (next.get(text) ?? 0n) + ways);
      }
    }
    for (const ways of next.values()) interleavings += ways;
    layer = next;
  }
  return { name: "merge", states: seen.size, transitions, interleavings };
}
