import { StreamError } from "@twinstream/core";
import {
  aiSdk,
  anthropic,
  type Decoder,
  ndjson,
  openai,
  sse,
  text,
} from "@twinstream/core/decoders";
import fc from "fast-check";

const decoders: Readonly<Record<string, Decoder>> = {
  aiSdk: aiSdk(),
  anthropic: anthropic(),
  ndjson: ndjson(),
  openai: openai(),
  sse: sse(),
  text: text(),
};

const bytes = (value: string) => new TextEncoder().encode(value);

const part = fc.oneof(
  fc.uint8Array({ maxLength: 30 }),
  fc.string({ unit: "binary" }).map(bytes),
  fc.json().map((value) => bytes(`data: ${value}\n\n`)),
  fc.json().map((value) => bytes(`${value}\n`)),
  fc
    .constantFrom(
      'data: {"type":"text-delta","id":"1","delta":"é"}\n\n',
      'data: {"choices":[{"delta":{"content":"👩‍👩‍👧"}}]}\n\n',
      'data: {"type":"response.output_text.delta","delta":"x"}\n\n',
      'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}\n\n',
      '{"text":"x"}\n',
      '"x"\n',
      "data: [DONE]\n\n",
      "data:",
      "\r\n",
      "\r",
      "\n\n",
      ": ping\n\n",
      "event: error\n",
      "\ufeff",
      "null\n",
      `data: ${"x".repeat(100_000)}`,
      '{"delta":null}\n',
      'data: {"choices":[null]}\n\n',
      'data: {"choices":{}}\n\n',
      'data: {"delta":{"text":5},"type":"content_block_delta"}\n\n',
      "data: []\n\n",
      'data: "text-delta"\n\n',
    )
    .map(bytes),
);

const cases = fc.record({
  name: fc.constantFrom(...Object.keys(decoders)),
  parts: fc.array(part, { maxLength: 8 }),
  cuts: fc.array(fc.nat(200), { maxLength: 8 }),
});

/** Decodes chunks to their text, or to the code of the error that ended them. */
function decode(decoder: Decoder, chunks: readonly Uint8Array[]): string {
  const decoding = decoder();
  let got = "";
  try {
    for (const chunk of chunks) got += decoding.push(chunk);
    got += decoding.end();
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    return `${error.code}`;
  }
  return `text ${got}`;
}

function cut(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.filter((n) => n < whole.length).sort((a, b) => a - b), whole.length];
  return at.slice(1).map((end, index) => whole.slice(at[index], end));
}

/**
 * Gives decoders bytes of every kind, whole and cut anywhere. Both must give the same result, and the
 * decoders may throw nothing but a StreamError.
 */
export function fuzzDecoders(
  count: number,
  seed: number,
): { passed: number; failed: number; skipped: number } {
  const property = fc.property(cases, ({ name, parts, cuts }) => {
    const whole = new Uint8Array(Buffer.concat(parts));
    const once = decode(decoders[name]!, [whole]);
    const split = decode(decoders[name]!, cut(whole, cuts));
    if (once !== split)
      throw new Error(`whole: ${once.slice(0, 200)}, cut: ${split.slice(0, 200)}`);
  });
  const result = fc.check(property, { numRuns: count, seed });
  console.log(`\ndecoders: ${result.numRuns} byte streams (seed ${seed}), whole and cut`);
  if (!result.failed) return { passed: count, failed: 0, skipped: 0 };
  console.log(`  FAILED: ${result.errorInstance}`);
  const [one] = result.counterexample ?? [];
  if (one) {
    const shown = one.parts.map((p) => Buffer.from(p).toString("latin1").slice(0, 100));
    console.log(`    ${one.name} ${JSON.stringify(shown)} cut at ${one.cuts}`);
  }
  return { passed: result.numRuns - 1, failed: 1, skipped: 0 };
}
