import { expect, test } from "vitest";
import { ndjson } from "../../src/lib/decoders/framing/ndjson.ts";
import { aiSdk, anthropic, openai } from "../../src/lib/decoders/providers.ts";
import type { Decoder } from "../../src/lib/types.ts";
import { all, bytesOf, codeOf, eventsOf } from "./recorded-answers.ts";

test.each([
  ["aiSdk", aiSdk(), "data: {oops\n\n"],
  ["openai", openai(), "data: [1]\n\n"],
  ["anthropic", anthropic(), "data: null\n\n"],
  ["ndjson", ndjson(), "<html>Bad gateway</html>\n"],
] as [string, Decoder, string][])(
  "%s: anything but a JSON object is a protocol error",
  (_n, d, raw) => {
    expect(codeOf(all(d, raw).error)).toBe("protocol");
  },
);

test.each([
  {},
  { choices: null },
  { choices: "x" },
  { choices: [null, 1, "x"] },
  { choices: [{ delta: null }] },
  { choices: [{ delta: { content: 1, refusal: {} } }] },
  { choices: [{ delta: { content: [null, 1, { text: 1 }] } }] },
  { type: "response.output_text.delta", delta: 1 },
  { type: "response.incomplete" },
  { type: "content_block_start" },
  { type: "content_block_delta", delta: null },
  { type: "message_delta" },
  { type: "text-delta" },
])("%j is neither text nor an error", (value) => {
  for (const decoder of [openai(), anthropic(), aiSdk()]) {
    expect(decoder().push(bytesOf(eventsOf(value)))).toBe("");
  }
});
