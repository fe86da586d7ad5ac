import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Anthropic from "@anthropic-ai/sdk";
import { createUIMessageStream, createUIMessageStreamResponse } from "ai";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { aiSdk, anthropic, type Decoder, ndjson, openai, sse, text } from "../../decoders.ts";
import { StreamError } from "../error.ts";

const folder = fileURLToPath(new URL("../../../test/recorded/", import.meta.url));
const recorded = (name: string) => readFileSync(join(folder, name), "utf8");
const bytesOf = (raw: string) => new TextEncoder().encode(raw);

const TEXT = 'Grüße, 世界!\n\n- "👩‍👩‍👧"';

/** Decodes a response that comes in `chunks`: its text, and the error that it ended with. */
function decode(decoder: Decoder, chunks: Uint8Array[]) {
  const decoding = decoder();
  let text = "";
  try {
    for (const chunk of chunks) text += decoding.push(chunk);
    return { text: text + decoding.end() };
  } catch (error) {
    return { text, error };
  }
}

const all = (decoder: Decoder, raw: string) => decode(decoder, [bytesOf(raw)]);

function codeOf(error: unknown) {
  expect(error).toBeInstanceOf(StreamError);
  return (error as StreamError).code;
}

const formats: [string, () => Decoder, string][] = [
  ["text", text, TEXT],
  ["aiSdk", aiSdk, recorded("ai-sdk.sse")],
  ["openai, chat completions", openai, recorded("openai-chat.sse")],
  ["openai, responses", openai, recorded("openai-responses.sse")],
  ["anthropic", anthropic, recorded("anthropic.sse")],
  ["ndjson", ndjson, recorded("ollama.ndjson")],
  ["sse", sse, `data: Grüße\n\ndata:, 世界!\ndata:\ndata:- "👩‍👩‍👧"\n\ndata: [DONE]\n\n`],
];

/** The formats whose answers say by themselves that they are whole. */
const marked = new Set<() => Decoder>([aiSdk, openai, anthropic]);

describe.each(formats)("%s", (_name, make, raw) => {
  test("makes the text, in one piece", () => {
    expect(all(make(), raw)).toEqual({ text: TEXT });
  });

  test("makes the same text, split in two at every byte", () => {
    const bytes = bytesOf(raw);
    for (let at = 1; at < bytes.length; at++) {
      const split = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(decode(make(), split), `split at byte ${at}`).toEqual({ text: TEXT });
    }
  });

  test("makes the same text, byte by byte, and with empty chunks between", () => {
    const bytes = bytesOf(raw);
    const single = [...bytes].flatMap((byte) => [Uint8Array.of(byte), new Uint8Array(0)]);
    expect(decode(make(), single)).toEqual({ text: TEXT });
  });

  test.each(["\r\n", "\r"])(
    "makes the same text with %j at the ends of lines, split at every byte",
    (end) => {
      // Plain text has no lines of its own, and JSON lines end in LF.
      if (make === text || (make === ndjson && end === "\r")) return;
      const bytes = bytesOf(raw.replaceAll("\n", end));
      expect(decode(make(), [bytes])).toEqual({ text: TEXT });
      expect(
        decode(
          make(),
          [...bytes].map((byte) => Uint8Array.of(byte)),
        ),
      ).toEqual({ text: TEXT });
    },
  );

  test("makes the same text after a byte order mark, split at every byte of it", () => {
    // There it is a character like any other.
    if (make === text) return;
    const bytes = bytesOf(`\uFEFF${raw}`);
    for (let at = 0; at < 5; at++) {
      expect(decode(make(), [bytes.subarray(0, at), bytes.subarray(at)])).toEqual({ text: TEXT });
    }
  });

  test("cut anywhere, it makes a part of the text, and fails wherever the format has an end mark", () => {
    const bytes = bytesOf(raw);
    for (let at = 0; at < bytes.length; at++) {
      const cut = decode(make(), [bytes.subarray(0, at)]);
      expect(TEXT.startsWith(cut.text), `cut at byte ${at}`).toBe(true);
      if (cut.error !== undefined) codeOf(cut.error);
      else if (marked.has(make)) expect(cut.text, `cut at byte ${at}`).toBe(TEXT);
    }
  });
});

describe("an error in the stream is a StreamError, after the text before it", () => {
  const before: [string, Decoder, string][] = [
    [
      "aiSdk error",
      aiSdk(),
      'data: {"type":"text-delta","id":"1","delta":"Hal"}\n\ndata: {"type":"error","errorText":"overloaded"}\n\n',
    ],
    [
      "aiSdk abort",
      aiSdk(),
      'data: {"type":"text-delta","id":"1","delta":"Hal"}\n\ndata: {"type":"abort","reason":"overloaded"}\n\n',
    ],
    [
      "openai chat error",
      openai(),
      'data: {"choices":[{"index":0,"delta":{"content":"Hal"}}]}\n\ndata: {"error":{"message":"overloaded","type":"server_error"}}\n\n',
    ],
    [
      "openai responses failed",
      openai(),
      'data: {"type":"response.output_text.delta","delta":"Hal"}\n\ndata: {"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"overloaded"}}}\n\n',
    ],
    [
      "openai responses error",
      openai(),
      'data: {"type":"response.output_text.delta","delta":"Hal"}\n\nevent: error\ndata: {"type":"error","code":"x","message":"overloaded","param":null}\n\n',
    ],
    [
      "anthropic error",
      anthropic(),
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hal"}}\n\nevent: error\ndata: {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}\n\n',
    ],
    ["ndjson error", ndjson(), '{"response":"Hal"}\n{"error":"overloaded"}\n'],
    ["sse error event", sse(), "data: Hal\n\nevent: error\ndata: overloaded\n\n"],
  ];
  test.each(before)("%s", (_name, decoder, raw) => {
    const { text, error } = all(decoder, raw);
    expect(text).toBe("Hal");
    expect(codeOf(error)).toBe("generation");
    expect((error as StreamError).message).toBe("overloaded");
    expect((error as StreamError).cause).toBeTypeOf("object");
  });

  test("a content filter's cut is an error, a token limit is an end", () => {
    const end = (reason: string) =>
      all(
        openai(),
        `data: {"choices":[{"delta":{"content":"Hal"},"finish_reason":"${reason}"}]}\n\n`,
      );
    expect(codeOf(end("content_filter").error)).toBe("generation");
    expect(end("content_filter").text).toBe("Hal");
    expect(end("length")).toEqual({ text: "Hal" });
    const incomplete = (reason: string) =>
      all(
        openai(),
        `data: {"type":"response.incomplete","response":{"incomplete_details":{"reason":"${reason}"}}}\n\n`,
      );
    expect(codeOf(incomplete("content_filter").error)).toBe("generation");
    expect(incomplete("max_output_tokens")).toEqual({ text: "" });
  });

  test("a refusal that cuts the answer is an error", () => {
    const raw = 'data: {"type":"message_delta","delta":{"stop_reason":"refusal"}}\n\n';
    expect(codeOf(all(anthropic(), raw).error)).toBe("generation");
  });

  test.each([
    ["aiSdk", aiSdk(), "data: {oops\n\n"],
    ["openai", openai(), "data: [1]\n\n"],
    ["anthropic", anthropic(), "data: null\n\n"],
    ["ndjson", ndjson(), "<html>Bad gateway</html>\n"],
  ] as [string, Decoder, string][])(
    "%s: what is not its JSON is a protocol error",
    (_n, d, raw) => {
      expect(codeOf(all(d, raw).error)).toBe("protocol");
    },
  );
});

/** A response of server-sent events, one for each value. */
const eventsOf = (...values: unknown[]) =>
  values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");

describe("what is not the answer's text is left out", () => {
  const chat = (delta: unknown, more: object = {}) => ({ choices: [{ index: 0, delta, ...more }] });
  const done = chat({}, { finish_reason: "stop" });

  test.each<[string, Decoder, string]>([
    [
      "openai: a filter's report before the first choice, a tool's call, another choice, the usage",
      openai(),
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
      "openai: a router's comments, an `id`, a `retry`, names without a space",
      openai(),
      `: PROCESSING\n\nretry: 5\nid: 1\ndata:${JSON.stringify(chat({ content: "Hallo" }))}\n\n: PROCESSING\n\ndata:[DONE]\n\n`,
    ],
    [
      "openai: the parts of a model that thinks aloud",
      openai(),
      eventsOf(
        chat({ content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }] }),
        chat({ content: [{ type: "text", text: "Hal" }] }),
        chat({ content: "lo" }),
        done,
      ),
    ],
    [
      "openai: completions",
      openai(),
      eventsOf(
        { object: "text_completion", choices: [{ index: 0, text: "Hallo", finish_reason: null }] },
        { object: "text_completion", choices: [{ index: 0, text: "", finish_reason: "stop" }] },
      ),
    ],
    [
      "openai, responses: thoughts, a tool's arguments, a search, an image",
      openai(),
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
    [
      "openai, responses: a refusal is text",
      openai(),
      eventsOf(
        { type: "response.refusal.delta", delta: "Hal" },
        { type: "response.refusal.delta", delta: "lo" },
        { type: "response.refusal.done", refusal: "Hallo" },
        { type: "response.completed", response: {} },
      ),
    ],
    [
      "openai: a refusal is text",
      openai(),
      eventsOf(chat({ refusal: "Hal" }), chat({ refusal: "lo", content: null }), done),
    ],
    [
      "anthropic: thoughts, their signature, a tool's input, citations, a server's tool",
      anthropic(),
      eventsOf(
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
      ),
    ],
    [
      "aiSdk: thoughts, a tool, sources, files, data, metadata; two parts of text are one",
      aiSdk(),
      eventsOf(
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
      ),
    ],
  ])("%s", (_, decoder, raw) => {
    expect(all(decoder, raw)).toEqual({ text: "Hallo" });
  });

  test("JSON over several data lines is one event", () => {
    const pretty = JSON.stringify(chat({ content: "Hallo" }, { finish_reason: "stop" }), null, 2);
    const raw = `${pretty.replace(/^/gm, "data: ")}\n\n`;
    expect(all(openai(), raw)).toEqual({ text: "Hallo" });
  });
});

describe("what a hostile or broken server sends", () => {
  const chunk = bytesOf("x".repeat(1_000_000));

  test.each<[string, Decoder, string]>([
    ["sse", sse(), "data: "],
    ["openai", openai(), 'data: {"choices":"'],
    ["anthropic", anthropic(), "data: "],
    ["aiSdk", aiSdk(), "data: "],
    ["ndjson", ndjson(), '{"text":"'],
  ])("%s: a line without an end is an error, and not kept", (_, decoder, start) => {
    const decoding = decoder();
    decoding.push(bytesOf(start));
    let pushed = 0;
    const flood = () => {
      for (; pushed < 40; pushed++) expect(decoding.push(chunk)).toBe("");
    };
    expect(flood).toThrow(/longer than/);
    expect(pushed).toBeLessThan(20);
  });

  test("sse: an event of lines without an end is an error too, and a comment may be as long as it likes", () => {
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

  test.each<[string, Decoder, string]>([
    [
      "openai: an event of type error",
      openai(),
      'event: error\ndata: {"message":"overloaded"}\n\n',
    ],
    [
      "openai: the error of a response, inside",
      openai(),
      eventsOf({ type: "error", sequence_number: 2, error: { code: "x", message: "overloaded" } }),
    ],
    ["openai: an error that is a string", openai(), eventsOf({ error: "overloaded" })],
    [
      "openai: a router's, with a choice",
      openai(),
      eventsOf({
        error: { code: 502, message: "overloaded" },
        choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
      }),
    ],
  ])("%s is an error of the generation", (_, decoder, raw) => {
    const { error } = all(decoder, raw);
    expect(codeOf(error)).toBe("generation");
    expect((error as StreamError).message).toBe("overloaded");
  });

  test("openai: a choice that ended in an error is one, whatever else is said", () => {
    const raw = eventsOf({ choices: [{ delta: { content: "Hal" }, finish_reason: "error" }] });
    const { text, error } = all(openai(), raw);
    expect([text, codeOf(error)]).toEqual(["Hal", "generation"]);
  });

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
  ])("%j is no text, and no error of ours", (value) => {
    for (const decoder of [openai(), anthropic(), aiSdk()]) {
      expect(decoder().push(bytesOf(eventsOf(value)))).toBe("");
    }
  });
});

describe("options", () => {
  test("sse: an own select, an own end mark that is required", () => {
    const own = () =>
      sse({ select: ({ data }) => JSON.parse(data).token, done: "bye", required: true });
    expect(all(own(), 'data: {"token":" a"}\n\ndata: bye\n\n')).toEqual({ text: " a" });
    const cut = all(own(), 'data: {"token":" a"}\n\n');
    expect(cut.text).toBe(" a");
    expect(codeOf(cut.error)).toBe("network");
  });

  test("ndjson: an own select, an own end, required", () => {
    const own = () =>
      ndjson({ select: (v) => v.t as string, done: (v) => v.end === 1, required: true });
    expect(all(own(), '{"t":"a"}\n\n{"end":1}')).toEqual({ text: "a" });
    expect(codeOf(all(own(), '{"t":"a"}\n').error)).toBe("network");
  });

  test("text keeps a leading byte order mark", () => {
    expect(all(text(), "\uFEFFa").text).toBe("\uFEFFa");
  });
});

describe("beside the formats' own software", () => {
  test("aiSdk reads what the AI SDK writes, errors included", async () => {
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

  const answer = (name: string) => async () =>
    new Response(recorded(name), { headers: { "content-type": "text/event-stream" } });

  test("openai's own client reads the same text from the recorded chat and response", async () => {
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

  test("anthropic's own client reads the same text from the recorded message", async () => {
    const client = new Anthropic({ apiKey: "none", fetch: answer("anthropic.sse") });
    const stream = client.messages.stream({ model: "m", max_tokens: 9, messages: [] });
    expect(await stream.finalText()).toBe(TEXT);
  });
});
