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

  test("makes the same text with CRLF line ends", () => {
    if (make === text) return;
    expect(all(make(), raw.replaceAll("\n", "\r\n"))).toEqual({ text: TEXT });
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
