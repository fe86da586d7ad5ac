import Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { anthropic } from "../../src/lib/decoders/providers.ts";
import { decoderContract } from "./decoder-contract.ts";
import { all, codeOf, eventsOf, expectTextThenError, recorded, TEXT } from "./recorded-answers.ts";

decoderContract("anthropic", anthropic, recorded("anthropic.sse"), { endMark: true });

test("an error in the stream is a StreamError after the text before it", () => {
  expectTextThenError(
    anthropic(),
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hal"}}\n\nevent: error\ndata: {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}\n\n',
  );
});

test("a refusal is an error with Anthropic's explanation, after the text before it", () => {
  const refused = (details: object) =>
    all(
      anthropic(),
      eventsOf(
        { type: "content_block_delta", delta: { type: "text_delta", text: "Hal" } },
        { type: "message_delta", delta: { stop_reason: "refusal", ...details } },
      ),
    );
  const { text, error } = refused({});
  expect(text).toBe("Hal");
  expect(codeOf(error)).toBe("refusal");
  expect(error).toMatchObject({ message: "The model refused to answer." });
  const details = { type: "refusal", category: "cyber", explanation: "This may do harm." };
  expect(refused({ stop_details: details }).error).toMatchObject({ message: "This may do harm." });
});

test("leaves out thinking and its signature, tool input, citations and server tools", () => {
  const raw = eventsOf(
    { type: "message_start", message: { content: [] } },
    { type: "ping" },
    { type: "content_block_start", content_block: { type: "thinking", thinking: "hm" } },
    { type: "content_block_delta", delta: { type: "thinking_delta", thinking: "hm" } },
    { type: "content_block_delta", delta: { type: "signature_delta", signature: "c2ln" } },
    { type: "content_block_start", content_block: { type: "text", text: "Ha" } },
    { type: "content_block_delta", delta: { type: "citations_delta", citation: {} } },
    { type: "content_block_delta", delta: { type: "text_delta", text: "llo" } },
    { type: "content_block_start", content_block: { type: "tool_use", input: {} } },
    { type: "content_block_delta", delta: { type: "input_json_delta", partial_json: '{"a' } },
    { type: "content_block_start", content_block: { type: "web_search_tool_result" } },
    { type: "something_new", text: "x", delta: { text: "x" } },
    { type: "message_delta", delta: { stop_reason: "max_tokens" } },
    { type: "message_stop" },
  );
  expect(all(anthropic(), raw)).toEqual({ text: "Hallo" });
});

test("Anthropic's own client reads the same text from the recorded message", async () => {
  const client = new Anthropic({
    apiKey: "none",
    fetch: async () =>
      new Response(recorded("anthropic.sse"), { headers: { "content-type": "text/event-stream" } }),
  });
  const stream = client.messages.stream({ model: "m", max_tokens: 9, messages: [] });
  expect(await stream.finalText()).toBe(TEXT);
});
