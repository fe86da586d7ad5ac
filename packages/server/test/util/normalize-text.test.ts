import fc from "fast-check";
import { expect, test } from "vitest";
import { createTextNormalizer } from "../../src/lib/util/normalize-text.ts";

const texts = fc.string({ unit: fc.constantFrom("a", " ", "\r", "\n", "é", "你", "😀", "\ufeff") });

/** Cuts `text` anywhere, also between CR and LF and inside surrogate pairs. */
const cut = (text: string, cuts: number[]) => {
  const at = [...new Set(cuts.map((n) => n % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, i) => text.slice(start, at[i] ?? text.length));
};

test("a text that is cut anywhere comes out whole, with LF for every line end", () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat()), (text, cuts) => {
      const normalizer = createTextNormalizer();
      const out = cut(text, cuts).map((piece) => normalizer.push(piece));
      expect(out.join("") + normalizer.end()).toBe(text.replace(/\r\n?/g, "\n"));
      // Each piece can be encoded by itself.
      for (const piece of out) expect(piece).toBe(piece.replace(/\p{Surrogate}/gu, "?"));
    }),
  );
});

test("half a surrogate pair that never gets its other half becomes U+FFFD", () => {
  const normalizer = createTextNormalizer();
  expect(normalizer.push("a\ud83d")).toBe("a");
  expect(normalizer.push("b\ude00")).toBe("\ufffdb\ufffd");
  expect(normalizer.push("c\ud83d")).toBe("c");
  expect(normalizer.end()).toBe("\ufffd");
  expect(normalizer.end()).toBe("");
});
