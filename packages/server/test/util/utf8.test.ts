import fc from "fast-check";
import { expect, test } from "vitest";
import { cutOnCharacter, normalizer, utf8Length } from "../../src/lib/util/utf8.ts";

const whole = fc.string({ unit: fc.constantFrom("a", " ", "\r", "\n", "é", "你", "😀", "\ufeff") });

/** `text` in pieces, cut anywhere: between CR and LF and inside surrogate pairs too. */
const cut = (text: string, cuts: number[]) => {
  const at = [...new Set(cuts.map((n) => n % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, i) => text.slice(start, at[i] ?? text.length));
};

test("however a text is cut, it comes out whole, its line ends all LF", () => {
  fc.assert(
    fc.property(whole, fc.array(fc.nat()), (text, cuts) => {
      const lines = normalizer();
      const out = cut(text, cuts).map((piece) => lines.push(piece));
      expect(out.join("") + lines.end()).toBe(text.replace(/\r\n?/g, "\n"));
      // Each piece can be encoded by itself.
      for (const piece of out) expect(piece).toBe(piece.replace(/\p{Surrogate}/gu, "?"));
    }),
  );
});

test("half a surrogate pair that never gets its other half becomes U+FFFD", () => {
  const text = normalizer();
  expect(text.push("a\ud83d")).toBe("a");
  expect(text.push("b\ude00")).toBe("\ufffdb\ufffd");
  expect(text.push("c\ud83d")).toBe("c");
  expect(text.end()).toBe("\ufffd");
  expect(text.end()).toBe("");
});

test("utf8Length counts what TextEncoder makes, lone surrogates included", () => {
  const units = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) });
  fc.assert(
    fc.property(fc.oneof(whole, units), (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});

test("a cut never ends inside a character, and never is empty", () => {
  fc.assert(
    fc.property(whole, fc.integer({ min: 1, max: 20 }), (text, max) => {
      const bytes = new TextEncoder().encode(text);
      const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      let read = "";
      for (let at = 0; at < bytes.length; ) {
        const part = cutOnCharacter(bytes, at, max);
        expect(part.length).toBeGreaterThan(0);
        expect(part.length).toBeLessThanOrEqual(Math.max(max, 4));
        read += strict.decode(part);
        at += part.length;
      }
      expect(read).toBe(text);
    }),
  );
});
