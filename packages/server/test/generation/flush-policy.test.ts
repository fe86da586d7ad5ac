import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFlush } from "../../src/lib/generation/producer/flush-policy.ts";
import { DEFAULT_FLUSH, type FlushPolicy } from "../../src/lib/options/flush.ts";
import { utf8Length } from "../../src/lib/util/utf8.ts";

/** The writes that the policy makes of tokens that come every `gap` ms, as texts. */
function writes(tokens: readonly string[], gap: number, policy: Partial<FlushPolicy> = {}) {
  const flush = createFlush({ ...DEFAULT_FLUSH, ...policy });
  const whole = new TextEncoder().encode(tokens.join(""));
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const out: string[] = [];
  let written = 0;
  const take = (count: number, now: number) => {
    if (count === 0) return;
    flush.taken(count, now);
    out.push(decoder.decode(whole.subarray(written, written + count)));
    written += count;
  };
  let now = 0;
  for (const token of tokens) {
    // The timer, as the producer sets it.
    for (let at = flush.wakeAt(); at !== undefined && at <= now; at = flush.wakeAt()) {
      const count = flush.due(Math.max(at, now - gap));
      if (count === 0) break;
      take(count, at);
    }
    flush.push(token, utf8Length(token), now);
    take(flush.due(now), now);
    now += gap;
  }
  take(flush.bytes, now);
  expect(out.join("")).toBe(tokens.join(""));
  return out;
}

const words = (text: string) => text.split(/(?<= )/);
const NEVER = 3_600_000;

describe("sentence", () => {
  const slow = { maxDelayMs: NEVER };

  test("English is written by sentences; a number, a version and a domain are no ends", () => {
    const text = "Pi is 3.14 at foo.bar v1.2.3. Is it? (So they say.) The end";
    expect(writes(words(text), 200, slow)).toEqual([
      "Pi is 3.14 at foo.bar v1.2.3. ",
      "Is it? ",
      "(So they say.) ",
      "The end",
    ]);
  });

  test("the same by single characters", () => {
    expect(writes([..."3.14 at foo.bar"], 200, slow)).toEqual(["3.14 at foo.bar"]);
    expect(writes([..."One. Two. Three"], 200, slow)).toEqual(["One. ", "Two. ", "Three"]);
  });

  test.each([
    ["Chinese", "你好。世界很大!再见", ["你好。", "世界很大!", "再见"]],
    ["Arabic", "مرحبا بك. كيف حالك؟ وداعا", ["مرحبا بك. ", "كيف حالك؟ ", "وداعا"]],
    ["Hindi", "नमस्ते। आप कैसे हैं? ठीक", ["नमस्ते। ", "आप कैसे हैं? ", "ठीक"]],
    ["code", "let x = 1\nlet y = 2\nend", ["let x = 1\n", "let y = 2\n", "end"]],
  ])("%s", (_, text, expected) => {
    expect(writes([...text], 200, slow)).toEqual(expected);
  });
});

test("paragraphs and lines", () => {
  const text = "a\nb\n\nc. d\n\n\ne";
  const slow = { maxDelayMs: NEVER };
  expect(writes([...text], 200, { ...slow, boundary: "paragraph" })).toEqual([
    "a\nb\n\n",
    "c. d\n\n",
    "\ne",
  ]);
  expect(writes([...text], 200, { ...slow, boundary: "line" })).toEqual([
    "a\n",
    "b\n",
    "\n",
    "c. d\n",
    "\n",
    "\n",
    "e",
  ]);
});

test("text without any boundary is written by size and by delay", () => {
  const policy = { boundary: "none" } as const;
  const bySize = writes(Array(100).fill("你".repeat(50)), 0, policy);
  expect(bySize.length).toBe(Math.ceil((100 * 150) / 1050));
  const byDelay = writes(Array(100).fill("x"), 50, policy);
  expect(byDelay.length).toBeGreaterThanOrEqual(100 / 6);
  expect(byDelay.length).toBeLessThanOrEqual(100 / 5);
});

test("sentences that come in quick succession share a write", () => {
  // 1000 in 2 s.
  expect(writes(Array(1000).fill("So. "), 2).length).toBeLessThanOrEqual(11);
});

test("2,000 tokens of English at 50 tokens a second are at most 200 writes", () => {
  const text =
    "The cat sat on the mat. It was warm. Why not? Every answer that a language model gives is a " +
    "long text of many sentences, and some of these are longer than others, as you can see here. ";
  const tokens = text
    .repeat(60)
    .match(/ ?\w+|\W/g)!
    .slice(0, 2000);
  const rows = writes(tokens, 20);
  const bytes = rows.join("").length;
  // As HTTP frames them: the size in hexadecimal and two line ends.
  const framing = rows.reduce((sum, row) => sum + row.length.toString(16).length + 4, 5);
  console.log(`${bytes} bytes of text: ${rows.length} writes, ${framing} bytes of framing`);
  expect(rows.length).toBeLessThanOrEqual(200);
});

test("64 KB that come slowly are not written in crumbs, and no part of them waits longer than a second", () => {
  const tokens = Array.from({ length: 16_384 }, (_, at) => (at % 24 === 23 ? "so. " : "word"));
  const rows = writes(tokens, 20);
  const framing = rows.reduce((sum, row) => sum + row.length.toString(16).length + 4, 5);
  // The first 4 KB, each within 250 ms.
  let at = 0;
  const first = rows.filter((row) => {
    at += row.length;
    return at <= 4096;
  });
  expect(Math.max(...first.map((row) => row.length))).toBeLessThanOrEqual(4 * (250 / 20 + 1));
  expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(4 * (1000 / 20 + 1));
  // What two answers' headers come to is below 800 bytes.
  expect((framing + 800) / 65_536).toBeLessThanOrEqual(0.05);
});

test("a text that comes fast is written as often, however long it is", () => {
  const rows = writes(Array(8000).fill("sixteen bytes.. "), 20);
  const seconds = (8000 * 20) / 1000;
  expect(rows.length).toBeGreaterThanOrEqual(seconds * 3);
  expect(rows.length).toBeLessThanOrEqual(seconds * 5);
});

test.each([0, 250])(
  "with a delay of %i ms alone, no part of a long text waits longer",
  (maxDelayMs) => {
    const policy = { boundary: "none", maxDelayMs, longDelayMs: maxDelayMs } as const;
    const rows = writes(Array(8000).fill("word"), 20, policy);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(
      4 * (Math.floor(maxDelayMs / 20) + 1),
    );
  },
);

test("nothing is lost or cut inside a character, nothing waits for ever, and a timer always brings a write", () => {
  const piece = fc.string({
    unit: fc.constantFrom("a", " ", ".", "!", "\n", "3", "。", "你", "😀", '"', ")"),
    minLength: 1,
    maxLength: 12,
  });
  const boundary = fc.constantFrom("sentence", "paragraph", "line", "none") as fc.Arbitrary<
    FlushPolicy["boundary"]
  >;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(piece, fc.nat(120))),
      boundary,
      fc.boolean(),
      (pieces, boundary, long) => {
        const policy = { boundary, maxBytes: 64, maxDelayMs: 250, longDelayMs: 1000 };
        const flush = createFlush(policy);
        if (long) {
          // What was written before.
          flush.push("x", 20_000, 0);
          flush.taken(20_000, 0);
        }
        const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        const whole = new TextEncoder().encode(pieces.map(([text]) => text).join(""));
        let written = 0;
        let now = 0;
        const take = () => {
          const count = flush.due(now);
          if (count === 0) return;
          expect(count).toBeLessThanOrEqual(flush.bytes);
          strict.decode(whole.subarray(written, written + count));
          written += count;
          flush.taken(count, now);
        };
        for (const [text, gap] of pieces) {
          const until = now + gap;
          // A look that writes nothing must not ask for another at the same time.
          for (let looks = 0; (flush.wakeAt() ?? Infinity) <= until; looks++) {
            expect(looks).toBeLessThan(50);
            now = Math.max(now, flush.wakeAt()!);
            take();
          }
          now = until;
          flush.push(text, utf8Length(text), now);
          take();
          expect(flush.bytes).toBeLessThan(policy.maxBytes);
        }
        now += long ? policy.longDelayMs : policy.maxDelayMs;
        take();
        expect(flush.bytes).toBe(0);
        expect(written).toBe(whole.length);
      },
    ),
  );
});
