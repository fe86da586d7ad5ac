import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import Anthropic from "@anthropic-ai/sdk";
import { type ModelAnswer, modelServer } from "@twinstream/harness/model-server";
import { serve } from "@twinstream/harness/serve";
import { streamText } from "ai";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { type GenerateContext, ModelError } from "../../src/index.ts";
import { startFixture } from "../harness/fixture.ts";
import { collectGarbage } from "../harness/garbage.ts";
import { gate } from "../harness/gate.ts";

const PIECES = [" Hello", ", wor", "ld.\n\n", "你好", "。👩‍👩‍👧 ", "data: x\n", " "];
const WHOLE = PIECES.join("");

/** How a stream ends whose generation is `generate`. */
async function outcome(generate: (context: GenerateContext) => unknown) {
  const fixture = await startFixture("memory", { generate });
  const id = await fixture.create();
  const driven = await (await fixture.drive(id)).text();
  const stored = await fixture.streams.read(id);
  expect(driven).toBe(stored?.text);
  return { ...stored, errors: fixture.errors };
}

async function openaiServer(answer: Partial<ModelAnswer> = {}) {
  const model = await modelServer(() => ({ pieces: PIECES, ...answer }));
  onTestFinished(() => model.close());
  return model;
}

/** A server that answers everything with these events. */
async function eventServer(events: object[]) {
  const body = events
    .map(
      (event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`,
    )
    .join("");
  const served = await serve(
    () => new Response(body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } }),
  );
  onTestFinished(() => served.close());
  return served.url;
}

const openaiResponse = (pieces: string[]) => [
  { type: "response.created", response: { id: "r", status: "in_progress" } },
  { type: "response.output_item.added", output_index: 0, item: { type: "message", content: [] } },
  ...pieces.map((delta) => ({
    type: "response.output_text.delta",
    output_index: 0,
    content_index: 0,
    delta,
  })),
  { type: "response.output_text.done", text: pieces.join("") },
  { type: "response.completed", response: { id: "r", status: "completed" } },
];

const anthropicMessage = (pieces: string[]) => [
  {
    type: "message_start",
    message: { id: "m", type: "message", role: "assistant", content: [], usage: {} },
  },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "ping" },
  ...pieces.map((text) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text },
  })),
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } },
  { type: "message_stop" },
];

const chat = (url: string) => new OpenAI({ apiKey: "key", baseURL: url, maxRetries: 0 });
const question = { model: "m", messages: [{ role: "user" as const, content: "?" }] };

test("append.from takes an async iterable of strings, and one of bytes cut anywhere", async () => {
  async function* strings() {
    yield* PIECES;
  }
  async function* bytes() {
    for (const byte of new TextEncoder().encode(WHOLE)) yield Uint8Array.of(byte);
  }
  for (const source of [strings, bytes]) {
    expect(await outcome(({ append }) => append.from(source()))).toMatchObject({
      status: "done",
      text: WHOLE,
    });
  }
});

test("a ReadableStream, a Response, and a promise of one", async () => {
  const stream = () => new Response(WHOLE).body!;
  for (const source of [stream, () => new Response(WHOLE), async () => new Response(WHOLE)]) {
    expect(await outcome(({ append }) => append.from(source()))).toMatchObject({
      status: "done",
      text: WHOLE,
    });
  }
});

test("OpenAI's client: a chat completion, and a response", async () => {
  const { url } = await openaiServer();
  const completion = () => chat(url).chat.completions.create({ ...question, stream: true });
  expect(await outcome(({ append }) => append.from(completion()))).toMatchObject({
    status: "done",
    text: WHOLE,
  });
  const responses = await eventServer(openaiResponse(PIECES));
  const response = () => chat(responses).responses.create({ model: "m", input: "?", stream: true });
  expect(await outcome(({ append }) => append.from(response()))).toMatchObject({
    status: "done",
    text: WHOLE,
  });
});

test("OpenAI's raw response, by fetch", async () => {
  const { url } = await openaiServer();
  const ask = () =>
    fetch(`${url}/chat/completions`, { method: "POST", body: JSON.stringify(question) });
  expect(await outcome(({ append }) => append.from(ask()))).toMatchObject({
    status: "done",
    text: WHOLE,
  });
});

test("Anthropic's client", async () => {
  const url = await eventServer(anthropicMessage(PIECES));
  const client = new Anthropic({ apiKey: "key", baseURL: url, maxRetries: 0 });
  const message = () => client.messages.create({ ...question, max_tokens: 9, stream: true });
  expect(await outcome(({ append }) => append.from(message()))).toMatchObject({
    status: "done",
    text: WHOLE,
  });
});

test("the AI SDK's textStream and fullStream", async () => {
  const { url } = await openaiServer();
  const model = createOpenAICompatible({ name: "m", baseURL: url })("m");
  for (const name of ["textStream", "fullStream"] as const) {
    const source = () => streamText({ model, prompt: "?" })[name];
    expect(await outcome(({ append }) => append.from(source()))).toMatchObject({
      status: "done",
      text: WHOLE,
    });
  }
});

test("an answer that was cut off is an error, with what came kept", async () => {
  const early = await openaiServer({ ending: "early" });
  const completion = () => chat(early.url).chat.completions.create({ ...question, stream: true });
  expect(await outcome(({ append }) => append.from(completion()))).toMatchObject({
    status: "error",
    error: "generation",
    text: WHOLE,
    errors: [expect.objectContaining({ message: expect.stringContaining("broke off") })],
  });
  const broken = await openaiServer({ ending: "broken" });
  const raw = () =>
    fetch(`${broken.url}/chat/completions`, { method: "POST", body: JSON.stringify(question) });
  expect(await outcome(({ append }) => append.from(raw()))).toMatchObject({ status: "error" });
});

test("an error inside the stream ends the generation in error", async () => {
  const events = [
    ...anthropicMessage(["So far"]).slice(0, 4),
    { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
  ];
  const url = await eventServer(events);
  expect(await outcome(({ append }) => append.from(fetch(url)))).toMatchObject({
    status: "error",
    text: "So far",
    errors: [expect.objectContaining({ message: expect.stringContaining("Overloaded") })],
  });
});

test("a response of status 429, and a source of an unknown kind, fail with an error that says what is wrong", async () => {
  const refused = () => append429();
  const append429 = async () => new Response("slow down", { status: 429 });
  expect((await outcome(({ append }) => append.from(refused()))).errors).toMatchObject([
    { message: expect.stringContaining("429") },
  ]);
  async function* odd() {
    yield { token: "x" };
  }
  expect((await outcome(({ append }) => append.from(odd()))).errors).toMatchObject([
    { message: expect.stringContaining("keys token") },
  ]);
  const wrong = 5 as unknown as string;
  expect((await outcome(({ append }) => append(wrong))).errors).toMatchObject([
    { message: expect.stringContaining("a number") },
  ]);
});

test("a stop does not wait for a source that is silent", async () => {
  const rejected = gate<unknown>();
  const fixture = await startFixture("memory", {
    generate: async ({ append }) => {
      const silent = new ReadableStream<string>({
        start: (controller) => controller.enqueue("One word."),
      });
      await append.from(silent).catch(rejected.open);
    },
  });
  const id = await fixture.create();
  const response = await fixture.drive(id);
  await response.body!.getReader().read();
  expect(await fixture.streams.stop(id)).toMatchObject({ status: "stopped", length: 9 });
  expect(await rejected.opened).toMatchObject({ name: "AbortError", reason: "stopped" });
});

test("the server waits for a source that is not awaited, and its failure ends the stream", async () => {
  async function* slow(fail: boolean) {
    yield "Before. ";
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (fail) throw new Error("the model broke");
    yield "After.";
  }
  expect(await outcome(({ append }) => void append.from(slow(false)))).toMatchObject({
    status: "done",
    text: "Before. After.",
    errors: [],
  });
  expect(await outcome(({ append }) => void append.from(slow(true)))).toMatchObject({
    status: "error",
    text: "Before. ",
    errors: [{ message: "the model broke" }],
  });
});

test("a failure that the generation catches does not end the stream", async () => {
  async function* broken() {
    yield "First. ";
    throw new Error("the first model broke");
  }
  const generate = async ({ append }: GenerateContext) => {
    await append.from(broken()).catch(() => append("Second."));
  };
  expect(await outcome(generate)).toMatchObject({ status: "done", text: "First. Second." });
});

test("a generation may catch a refusal by its code, and say its words", async () => {
  async function* refusing() {
    yield { choices: [{ delta: { content: "Well. " } }] };
    yield { choices: [{ delta: { refusal: "I can't help with that." }, finish_reason: "stop" }] };
  }
  const generate = async ({ append }: GenerateContext) => {
    await append.from(refusing()).catch((error: unknown) => {
      if (error instanceof ModelError && error.code === "refusal") return append(error.message);
      throw error;
    });
  };
  expect(await outcome(generate)).toMatchObject({
    status: "done",
    text: "Well. I can't help with that.",
    errors: [],
  });
});

test("the AI SDK's tool that fails does not end the answer: the model goes on with it", async () => {
  async function* answer() {
    yield { type: "tool-error", toolCallId: "c", toolName: "f", error: new Error("no") };
    yield { type: "text-delta", id: "1", text: "It failed." };
    yield { type: "finish", finishReason: "stop" };
  }
  expect(await outcome(({ append }) => append.from(answer()))).toMatchObject({
    status: "done",
    text: "It failed.",
    errors: [],
  });
});

test("a stop ends a silent source at once, and one that answers only after the stop", async () => {
  const left = gate<unknown>();
  const leftLate = gate<unknown>();
  const late = gate<ReadableStream<string>>();
  const fixture = await startFixture("memory", {
    generate: ({ append }) => {
      const silent = new ReadableStream<string>({
        start: (controller) => controller.enqueue("One word."),
        cancel: left.open,
      });
      return Promise.all([append.from(silent), append.from(late.opened)]);
    },
  });
  const id = await fixture.create();
  const response = await fixture.drive(id);
  await response.body!.getReader().read();
  await fixture.streams.stop(id);
  await left.opened;
  late.open(new ReadableStream({ cancel: leftLate.open }));
  await leftLate.opened;
});

test("the body of a failed response, and what follows `[DONE]`, are cancelled", async () => {
  const refused = gate<unknown>();
  const rest = gate<unknown>();
  const body = (text: string, cancel: (reason: unknown) => void) =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
      cancel,
    });
  const failed = () => new Response(body("slow down", refused.open), { status: 503 });
  expect(await outcome(({ append }) => append.from(failed()))).toMatchObject({ status: "error" });
  await refused.opened;
  const headers = { "Content-Type": "text/event-stream" };
  const endless = () => new Response(body("data: [DONE]\n\n", rest.open), { headers });
  expect(await outcome(({ append }) => append.from(endless()))).toMatchObject({ status: "done" });
  await rest.opened;
});

test("reading a long source keeps nothing of what it has read", async () => {
  const held: number[] = [];
  async function* long() {
    for (let n = 0; n <= 200_000; n++) {
      if (n % 100_000 === 0) {
        collectGarbage();
        held.push(process.memoryUsage().heapUsed);
      }
      yield "";
    }
  }
  await outcome(({ append }) => append.from(long()));
  expect((held.at(-1)! - held[1]!) / 100_000).toBeLessThan(20);
});
