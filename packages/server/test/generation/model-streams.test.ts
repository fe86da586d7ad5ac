// One stream means one thing: a decoder in the browser and `append.from` on the server read every
// recorded stream to the same text and the same end.
import Anthropic from "@anthropic-ai/sdk";
import { createStreamClient, StreamError } from "@twinstream/core";
import { aiSdk, anthropic, type Decoder, ndjson, openai } from "@twinstream/core/decoders";
import {
  JsonToSseTransformStream,
  parseJsonEventStream,
  streamText,
  type UIMessageChunk,
  uiMessageChunkSchema,
} from "ai";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import {
  type Format,
  type RecordedStream,
  recorded,
  recordedStreams,
} from "../../../core/test/recorded/streams.ts";
import type { TextSource } from "../../src/index.ts";
import { startFixture } from "../harness/fixture.ts";

const decoders: Readonly<Record<Format, () => Decoder>> = { openai, anthropic, aiSdk, ndjson };

const bytesOf = (raw: string) => new TextEncoder().encode(raw);

/** How a stream was read: its text, and `done` or the failure's code. */
interface Meaning {
  readonly text: string;
  readonly end: string;
  readonly message?: string;
  /** Why a stored stream ended so. */
  readonly reason?: string;
}

function decoded(format: Format, chunks: readonly Uint8Array[]): Meaning {
  const decoding = decoders[format]()();
  let text = "";
  try {
    for (const chunk of chunks) text += decoding.push(chunk);
    return { text: text + decoding.end(), end: "done" };
  } catch (error) {
    expect(error).toBeInstanceOf(StreamError);
    const { code, message } = error as StreamError;
    // What the decoder could not read is, in a stored stream, a generation that failed.
    const end = code === "network" || code === "protocol" ? "generation" : code;
    return { text, end, message };
  }
}

/** A server whose generations append from one source each. */
async function appending() {
  const sources = new Map<string, () => TextSource | PromiseLike<TextSource>>();
  const fixture = await startFixture("memory", {
    generate: ({ id, append }) => append.from(sources.get(id)!()),
  });
  return {
    ...fixture,
    sources,
    async append(source: () => TextSource | PromiseLike<TextSource>): Promise<Meaning> {
      const id = await fixture.create();
      sources.set(id, source);
      fixture.errors.length = 0;
      const request = new Request(`${fixture.base}/${id}/drive`, { method: "POST" });
      const live = await (await fixture.streams.handler(request)).text();
      const stored = (await fixture.streams.read(id))!;
      expect(live).toBe(stored.text);
      const [error] = fixture.errors as Error[];
      expect(stored.status).toBe(error ? "error" : "done");
      const end = stored.error ?? "done";
      return { text: stored.text, end, message: error?.message, reason: stored.reason };
    },
  };
}

function bodyOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

const TYPES = {
  ndjson: "application/x-ndjson",
  sse: "text/event-stream; charset=utf-8",
};

const typeOf = (format: Format) => TYPES[format === "ndjson" ? "ndjson" : "sse"];

const responseOf = (format: Format, chunks: readonly Uint8Array[]) =>
  new Response(bodyOf(chunks), { headers: { "Content-Type": typeOf(format) } });

/** Chunks of `bytes`, cut in ways that differ, the same in each run. */
function* cuts(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  yield [bytes];
  yield [...bytes].map((byte) => Uint8Array.of(byte));
  for (const size of [2, 3, 7, 64, 211]) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    yield chunks;
  }
  for (let at = 1; at < bytes.length; at += 97) yield [bytes.subarray(0, at), bytes.subarray(at)];
}

describe.each(recordedStreams)("$file", ({ file, format, text, end, message, reason }) => {
  const raw = recorded(file);
  const bytes = bytesOf(raw);
  const meaning: Meaning = { text, end, message };
  const stored: Meaning = { ...meaning, reason };

  test("a decoder and append.from read the same, however it is cut", async () => {
    const server = await appending();
    for (const chunks of cuts(bytes)) {
      expect(decoded(format, chunks)).toEqual(meaning);
      expect(await server.append(() => responseOf(format, chunks))).toEqual(stored);
    }
  });

  test("a decoder and append.from read the same of what is left after a break", async () => {
    const server = await appending();
    for (let at = 0; at < bytes.length; at += 29) {
      const chunks = [bytes.subarray(0, at)];
      const { text, end } = decoded(format, chunks);
      const appended = await server.append(() => responseOf(format, chunks));
      expect(appended, `cut at byte ${at}`).toMatchObject({ text, end });
    }
  });

  if (format !== "ndjson") {
    test("append.from reads the same of the objects that the provider's own client makes of it", async () => {
      const server = await appending();
      const appended = await server.append(() => objectsOf({ file, format }));
      // The clients of OpenAI and Anthropic throw errors of their own.
      expect(appended).toMatchObject(end === "generation" ? { text, end } : stored);
    });

    test("append.from reads the same of a stream that has no content type", async () => {
      const server = await appending();
      for (const chunks of cuts(bytes)) {
        expect(await server.append(() => bodyOf(chunks))).toEqual(stored);
      }
      expect(await server.append(() => new Response(bodyOf([bytes])))).toEqual(stored);
    });
  }
});

async function objectsOf({
  file,
  format,
}: Pick<RecordedStream, "file" | "format">): Promise<TextSource> {
  const answer = responseOf(format, [bytesOf(recorded(file))]);
  const options = { apiKey: "none", maxRetries: 0, fetch: async () => answer };
  if (format === "anthropic") {
    return new Anthropic(options).messages.create({
      model: "m",
      max_tokens: 9,
      messages: [],
      stream: true,
    });
  }
  if (format === "openai" && file.includes("responses")) {
    return new OpenAI(options).responses.create({ model: "m", stream: true });
  }
  if (format === "openai") {
    return new OpenAI(options).chat.completions.create({ model: "m", messages: [], stream: true });
  }
  const parts = parseJsonEventStream({ stream: answer.body!, schema: uiMessageChunkSchema });
  return parts.pipeThrough(
    new TransformStream({
      transform(part, controller) {
        if (!part.success) throw part.error;
        controller.enqueue(part.value);
      },
    }),
  );
}

describe("the AI SDK's fullStream", () => {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  };
  type Unified = "stop" | "length" | "content-filter" | "error" | "interrupted" | "other";
  const answer = (unified: Unified, error?: Error) =>
    streamText({
      prompt: "?",
      onError() {},
      model: new MockLanguageModelV4({
        doStream: async () => ({
          stream: convertArrayToReadableStream([
            { type: "stream-start" as const, warnings: [] },
            { type: "text-start" as const, id: "1" },
            { type: "text-delta" as const, id: "1", delta: "Hal" },
            ...(error ? [{ type: "error" as const, error }] : []),
            { type: "text-end" as const, id: "1" },
            { type: "finish" as const, finishReason: { unified, raw: unified }, usage },
          ]),
        }),
      }),
    });

  test.each([
    ["stop", "done", undefined],
    ["length", "done", "length"],
    ["other", "done", undefined],
    ["content-filter", "content_filter", "content_filter"],
    ["error", "generation", undefined],
    ["interrupted", "generation", undefined],
  ] as const)(
    "a finish by %s ends the stream as %s, by the reason %s",
    async (finish, end, reason) => {
      const server = await appending();
      const appended = await server.append(() => answer(finish).fullStream);
      expect(appended).toMatchObject({ text: "Hal", end, reason });
    },
  );

  test("append.from rejects with the Error that the model's client has thrown", async () => {
    const server = await appending();
    const thrown = new Error("Overloaded");
    const appended = await server.append(() => answer("error", thrown).fullStream);
    expect(appended).toEqual({ text: "Hal", end: "generation", message: "Overloaded" });
    expect(server.errors).toEqual([thrown]);
    expect(server.errors[0]).toBe(thrown);
  });
});

test("server-sent events made by hand from UI chunks, with a model's error in them, are an error", async () => {
  const server = await appending();
  const chunks: UIMessageChunk[] = [
    { type: "start" },
    { type: "text-delta", id: "1", delta: "Hal" },
    { type: "error", errorText: "Overloaded" },
    { type: "finish" },
  ];
  const failed: Meaning = { text: "Hal", end: "generation", message: "Overloaded" };
  const events = () =>
    convertArrayToReadableStream(chunks).pipeThrough(new JsonToSseTransformStream());
  expect(await server.append(events)).toEqual(failed);
  const bytes = () => events().pipeThrough(new TextEncoderStream());
  expect(await server.append(() => new Response(bytes()))).toEqual(failed);
});

test.each([
  ["a text that begins like an event", ["data", ": x\n", "\nand more"]],
  ["a text that begins like an event of no model", ['data: {"token":1}\n\n', "more"]],
  ["a text that begins with JSON that is cut", ['data: {"type":"start"']],
  ["a text that ends where an event might begin", ["eve"]],
])("%s is text", async (_, pieces) => {
  const server = await appending();
  const text = pieces.join("");
  expect(await server.append(() => convertArrayToReadableStream(pieces))).toEqual({
    text,
    end: "done",
  });
});

test("the reason is that of the answer that was read to its end last", async () => {
  const server = await startFixture("memory", {
    generate: async ({ input, append }) => {
      for (const file of input as string[]) {
        await append.from(responseOf("openai", [bytesOf(recorded(file))]));
      }
    },
  });
  const [cut, whole] = ["openai-chat-length.sse", "openai-chat.sse"];
  for (const [files, reason] of [
    [[cut, whole], undefined],
    [[whole, cut], "length"],
  ] as const) {
    const id = await server.create();
    await (await server.drive(id, files)).text();
    const { status, reason: stored } = (await server.streams.status(id))!;
    expect([status, stored]).toEqual(["done", reason]);
  }
});

test("a refusal is the same code, message and reason live, after a refresh, and for a follower", async () => {
  const server = await appending();
  const id = await server.create();
  const refused = () => responseOf("anthropic", [bytesOf(recorded("anthropic-refusal.sse"))]);
  server.sources.set(id, refused);
  const follower = createStreamClient({ url: server.base }).stream(id);
  const followed = follower.finished;
  follower.subscribe(() => {});
  const driver = createStreamClient({ url: server.base }).stream(id, { driven: true });
  driver.subscribe(() => {});
  const refreshed = async () => {
    const stream = createStreamClient({ url: server.base }).stream(id);
    stream.subscribe(() => {});
    return stream.finished;
  };
  for (const body of [await driver.finished, await followed, await refreshed()]) {
    expect(body).toMatchObject({
      status: "error",
      text: "Grüße, 世界",
      error: { code: "refusal", message: "This request could enable cyber harm." },
      reason: "refusal",
    });
  }
});
