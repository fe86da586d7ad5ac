import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { openai } from "../../src/lib/decoders/providers.ts";
import type { StreamError } from "../../src/lib/errors.ts";
import { decoderContract } from "./decoder-contract.ts";
import { all, codeOf, eventsOf, expectTextThenError, recorded, TEXT } from "./recorded-answers.ts";

decoderContract("openai, chat completions", openai, recorded("openai-chat.sse"), { endMark: true });
decoderContract("openai, responses", openai, recorded("openai-responses.sse"), { endMark: true });

describe("an error in the stream is a StreamError after the text before it", () => {
  test.each([
    [
      "chat error",
      'data: {"choices":[{"index":0,"delta":{"content":"Hal"}}]}\n\ndata: {"error":{"message":"overloaded","type":"server_error"}}\n\n',
    ],
    [
      "responses failed",
      'data: {"type":"response.output_text.delta","delta":"Hal"}\n\ndata: {"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"overloaded"}}}\n\n',
    ],
    [
      "responses error",
      'data: {"type":"response.output_text.delta","delta":"Hal"}\n\nevent: error\ndata: {"type":"error","code":"x","message":"overloaded","param":null}\n\n',
    ],
  ])("%s", (_, raw) => {
    expectTextThenError(openai(), raw);
  });

  test("a content filter's cut is an error, and a token limit is an end", () => {
    const end = (reason: string) =>
      all(
        openai(),
        `data: {"choices":[{"delta":{"content":"Hal"},"finish_reason":"${reason}"}]}\n\n`,
      );
    expect(codeOf(end("content_filter").error)).toBe("content_filter");
    expect(end("content_filter").text).toBe("Hal");
    expect(end("length")).toEqual({ text: "Hal" });
    const incomplete = (reason: string) =>
      all(
        openai(),
        `data: {"type":"response.incomplete","response":{"incomplete_details":{"reason":"${reason}"}}}\n\n`,
      );
    expect(codeOf(incomplete("content_filter").error)).toBe("content_filter");
    expect(incomplete("max_output_tokens")).toEqual({ text: "" });
  });

  test.each([
    ["an event of type error", 'event: error\ndata: {"message":"overloaded"}\n\n'],
    [
      "the error of a response, inside",
      eventsOf({ type: "error", sequence_number: 2, error: { code: "x", message: "overloaded" } }),
    ],
    ["an error that is a string", eventsOf({ error: "overloaded" })],
    [
      "a router's, with a choice",
      eventsOf({
        error: { code: 502, message: "overloaded" },
        choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
      }),
    ],
  ])("%s", (_, raw) => {
    const { error } = all(openai(), raw);
    expect(codeOf(error)).toBe("generation");
    expect((error as StreamError).message).toBe("overloaded");
  });

  test("a choice whose finish reason is an error is one, without any message", () => {
    const raw = eventsOf({ choices: [{ delta: { content: "Hal" }, finish_reason: "error" }] });
    const { text, error } = all(openai(), raw);
    expect([text, codeOf(error)]).toEqual(["Hal", "generation"]);
  });
});

describe("only the answer's text is text", () => {
  const chat = (delta: unknown, more: object = {}) => ({ choices: [{ index: 0, delta, ...more }] });
  const done = chat({}, { finish_reason: "stop" });

  test.each([
    [
      "a filter's report before the first choice, a tool's call, another choice, the usage",
      eventsOf(
        { choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
        chat({ role: "assistant", content: null }),
        chat({ tool_calls: [{ index: 0, function: { name: "f", arguments: '{"a":1}' } }] }),
        chat({ content: "Hal", reasoning_content: "hm" }),
        { choices: [{ index: 1, delta: { content: "another" } }] },
        {
          choices: [
            { delta: { content: "another" }, index: 1 },
            chat({ content: "lo" }).choices[0],
          ],
        },
        done,
        { choices: [], usage: { total_tokens: 9 } },
      ),
    ],
    [
      "a router's comments, an `id`, a `retry`, names without a space",
      `: PROCESSING\n\nretry: 5\nid: 1\ndata:${JSON.stringify(chat({ content: "Hallo" }))}\n\n: PROCESSING\n\ndata:[DONE]\n\n`,
    ],
    [
      "the parts of a model that thinks aloud",
      eventsOf(
        chat({ content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }] }),
        chat({ content: [{ type: "text", text: "Hal" }] }),
        chat({ content: "lo" }),
        done,
      ),
    ],
    [
      "completions",
      eventsOf(
        { object: "text_completion", choices: [{ index: 0, text: "Hallo", finish_reason: null }] },
        { object: "text_completion", choices: [{ index: 0, text: "", finish_reason: "stop" }] },
      ),
    ],
    [
      "responses: thoughts, a tool's arguments, a search, an image",
      eventsOf(
        { type: "response.reasoning_summary_text.delta", delta: "hm" },
        { type: "response.reasoning_text.delta", delta: "hm" },
        { type: "response.function_call_arguments.delta", delta: '{"a":' },
        { type: "response.web_search_call.searching" },
        { type: "response.output_text.delta", delta: "Hallo" },
        { type: "response.output_text.annotation.added", annotation: { type: "url_citation" } },
        { type: "response.image_generation_call.partial_image", partial_image_b64: "aGk=" },
        { type: "response.completed", response: { error: null } },
      ),
    ],
  ])("%s", (_, raw) => {
    expect(all(openai(), raw)).toEqual({ text: "Hallo" });
  });

  test.each([
    [
      "responses",
      eventsOf(
        { type: "response.output_text.delta", delta: "Well. " },
        { type: "response.refusal.delta", delta: "Hal" },
        { type: "response.refusal.delta", delta: "lo" },
        { type: "response.refusal.done", refusal: "Hallo" },
        { type: "response.completed", response: {} },
      ),
    ],
    [
      "chat",
      eventsOf(
        chat({ content: "Well. " }),
        chat({ refusal: "Hal" }),
        chat({ refusal: "lo", content: null }),
        done,
      ),
    ],
    [
      "chat, as parts, without a reason",
      `${eventsOf(
        chat({ content: [{ type: "text", text: "Well. " }] }),
        chat({ content: [{ type: "refusal", refusal: "Hallo" }] }),
      )}data: [DONE]\n\n`,
    ],
  ])(
    "%s: the words of a refusal are its error's message, and the text before it stays",
    (_, raw) => {
      const { text, error } = all(openai(), raw);
      expect(text).toBe("Well. ");
      expect(codeOf(error)).toBe("refusal");
      expect(error).toMatchObject({ message: "Hallo" });
    },
  );

  test("a refusal that is cut off is a cut", () => {
    expect(codeOf(all(openai(), eventsOf(chat({ refusal: "Hal" }))).error)).toBe("network");
  });

  test("JSON over several data lines is one event", () => {
    const pretty = JSON.stringify(chat({ content: "Hallo" }, { finish_reason: "stop" }), null, 2);
    const raw = `${pretty.replace(/^/gm, "data: ")}\n\n`;
    expect(all(openai(), raw)).toEqual({ text: "Hallo" });
  });
});

test("OpenAI's own client reads the same text from the recorded chat and response", async () => {
  const answer = (name: string) => async () =>
    new Response(recorded(name), { headers: { "content-type": "text/event-stream" } });
  const chat = new OpenAI({ apiKey: "none", fetch: answer("openai-chat.sse") });
  let read = "";
  for await (const chunk of await chat.chat.completions.create({
    model: "m",
    messages: [],
    stream: true,
  })) {
    read += chunk.choices[0]?.delta.content ?? "";
  }
  expect(read).toBe(TEXT);

  const responses = new OpenAI({ apiKey: "none", fetch: answer("openai-responses.sse") });
  read = "";
  for await (const event of await responses.responses.create({ model: "m", stream: true })) {
    if (event.type === "response.output_text.delta") read += event.delta;
  }
  expect(read).toBe(TEXT);
});
