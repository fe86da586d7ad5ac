import { createUIMessageStream, createUIMessageStreamResponse } from "ai";
import { expect, test } from "vitest";
import { aiSdk } from "../../src/lib/decoders/providers.ts";
import type { StreamError } from "../../src/lib/errors.ts";
import { decoderContract } from "./decoder-contract.ts";
import {
  all,
  codeOf,
  decode,
  eventsOf,
  expectTextThenError,
  recorded,
} from "./recorded-answers.ts";

decoderContract("aiSdk", aiSdk, recorded("ai-sdk.sse"), { endMark: true });

test.each([
  [
    "error",
    'data: {"type":"text-delta","id":"1","delta":"Hal"}\n\ndata: {"type":"error","errorText":"overloaded"}\n\n',
  ],
  [
    "abort",
    'data: {"type":"text-delta","id":"1","delta":"Hal"}\n\ndata: {"type":"abort","reason":"overloaded"}\n\n',
  ],
])("an %s part is a StreamError after the text before it", (_, raw) => {
  expectTextThenError(aiSdk(), raw);
});

test.each([
  ["content-filter", "content_filter", "A content filter cut the answer."],
  ["error", "generation", "The model failed, and gave no message."],
  ["interrupted", "generation", "The model's stream broke off."],
])("a finish by %s is an error of the code %s", (finishReason, code, message) => {
  const raw = eventsOf(
    { type: "text-delta", id: "1", delta: "Hal" },
    { type: "finish", finishReason },
  );
  const { text, error } = all(aiSdk(), raw);
  expect(text).toBe("Hal");
  expect(codeOf(error)).toBe(code);
  expect(error).toMatchObject({ message });
});

test.each(["stop", "length", "tool-calls", "other"])("a finish by %s is an end", (finishReason) => {
  const raw = eventsOf({ type: "text-delta", delta: "Hal" }, { type: "finish", finishReason });
  expect(all(aiSdk(), raw)).toEqual({ text: "Hal" });
});

test("leaves out reasoning, tools, sources, files, data and metadata, and joins two text parts", () => {
  const raw = eventsOf(
    { type: "start", messageMetadata: { text: "x" } },
    { type: "reasoning-delta", id: "r", delta: "hm" },
    { type: "tool-input-start", toolCallId: "c", toolName: "f" },
    { type: "tool-input-delta", toolCallId: "c", inputTextDelta: "{" },
    { type: "tool-output-error", toolCallId: "c", errorText: "no" },
    { type: "source-url", sourceId: "s", url: "https://example.com" },
    { type: "file", url: "data:,x", mediaType: "text/plain" },
    { type: "data-weather", data: { text: "x" } },
    { type: "text-start", id: "1" },
    { type: "text-delta", id: "1", delta: "Hal", providerMetadata: {} },
    { type: "text-end", id: "1" },
    { type: "text-delta", id: "2", delta: "lo" },
    { type: "message-metadata", messageMetadata: {} },
    { type: "finish" },
  );
  expect(all(aiSdk(), raw)).toEqual({ text: "Hallo" });
});

test("reads a response that the AI SDK has written, errors included", async () => {
  const response = (fail: boolean) =>
    createUIMessageStreamResponse({
      stream: createUIMessageStream({
        execute({ writer }) {
          writer.write({ type: "text-start", id: "1" });
          for (const delta of [" Hal", "lo\n", "世界"]) {
            writer.write({ type: "text-delta", id: "1", delta });
          }
          if (fail) throw new Error("boom");
          writer.write({ type: "text-end", id: "1" });
          writer.write({ type: "finish" });
        },
        onError: () => "overloaded",
      }),
    });
  const bytes = new Uint8Array(await response(false).arrayBuffer());
  expect(decode(aiSdk(), [bytes])).toEqual({ text: " Hallo\n世界" });
  const failed = decode(aiSdk(), [new Uint8Array(await response(true).arrayBuffer())]);
  expect(failed.text).toBe(" Hallo\n世界");
  expect((failed.error as StreamError).message).toBe("overloaded");
});
