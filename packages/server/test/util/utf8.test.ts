import fc from "fast-check";
import { expect, test } from "vitest";
import { cutOnCharacter, utf8Length } from "../../src/lib/util/utf8.ts";

const texts = fc.string({ unit: fc.constantFrom("a", " ", "\r", "\n", "é", "你", "😀", "\ufeff") });

test("utf8Length counts the bytes that TextEncoder makes, also of lone surrogates", () => {
  const units = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) });
  fc.assert(
    fc.property(fc.oneof(texts, units), (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});

test("cutOnCharacter never ends inside a character, and never returns nothing", () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 20 }), (text, max) => {
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
