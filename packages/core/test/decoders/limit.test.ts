import { expect, test } from "vitest";
import { ndjson } from "../../src/lib/decoders/framing/ndjson.ts";
import { sse } from "../../src/lib/decoders/framing/sse.ts";
import { aiSdk, anthropic, openai } from "../../src/lib/decoders/providers.ts";
import type { Decoder } from "../../src/lib/types.ts";
import { bytesOf } from "./recorded-answers.ts";

const chunk = bytesOf("x".repeat(1_000_000));

test.each<[string, Decoder, string]>([
  ["sse", sse(), "data: "],
  ["openai", openai(), 'data: {"choices":"'],
  ["anthropic", anthropic(), "data: "],
  ["aiSdk", aiSdk(), "data: "],
  ["ndjson", ndjson(), '{"text":"'],
])("%s: a line without an end is an error, and is not kept", (_, decoder, start) => {
  const decoding = decoder();
  decoding.push(bytesOf(start));
  let pushed = 0;
  const flood = () => {
    for (; pushed < 40; pushed++) expect(decoding.push(chunk)).toBe("");
  };
  expect(flood).toThrow(/longer than/);
  expect(pushed).toBeLessThan(20);
});

test("sse: an event of endless lines is an error too, but a comment may have any length", () => {
  const decoding = sse()();
  const comment = bytesOf(`: ${"x".repeat(1_000_000)}`);
  for (let pushed = 0; pushed < 20; pushed++) decoding.push(comment);
  decoding.push(bytesOf("\n"));
  const line = bytesOf(`data: ${"x".repeat(1_000_000)}\n`);
  const flood = () => {
    for (let pushed = 0; pushed < 40; pushed++) decoding.push(line);
  };
  expect(flood).toThrow(/longer than/);
});
