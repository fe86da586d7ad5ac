import { describe, expect, test } from "vitest";
import { aiSdk, anthropic, ndjson, openai } from "../../src/decoders.ts";
import type { StreamError } from "../../src/index.ts";
import { type RecordedStream, recorded, recordedStreams } from "../recorded/streams.ts";
import { bytesOf, codeOf, decode } from "./recorded-answers.ts";

const decoders = { openai, anthropic, aiSdk, ndjson };

function expectMeaning(
  read: { text: string; error?: unknown },
  { text, end, message }: RecordedStream,
  how: string,
) {
  expect(read.text, how).toBe(text);
  expect(read.error === undefined ? "done" : codeOf(read.error), how).toBe(end);
  expect((read.error as StreamError | undefined)?.message, how).toBe(message);
}

describe.each(recordedStreams)("$file", (stream) => {
  const decoder = decoders[stream.format]();
  const bytes = bytesOf(recorded(stream.file));

  test("means the same, however it is cut", () => {
    expectMeaning(decode(decoder, [bytes]), stream, "whole");
    const single = [...bytes].map((byte) => Uint8Array.of(byte));
    expectMeaning(decode(decoder, single), stream, "byte by byte");
    for (let at = 1; at < bytes.length; at += 7) {
      const split = [bytes.subarray(0, at), bytes.subarray(at)];
      expectMeaning(decode(decoder, split), stream, `split at byte ${at}`);
    }
  });
});
