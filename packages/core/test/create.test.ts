// Streams that the client makes, and how they end, on a real server.
import { type Served, serve } from "@twinstream/harness/serve";
import { anyoneWithId, createStreamServer, StreamFailure } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStreamClient, httpSource, newStreamId, type StreamBody } from "../src/index.ts";
import { until } from "./sources/recorder.ts";

const QUOTA = "You have used up today's answers: 10 € + 100%. 今日はおしまい";
let generations = 0;
let release = () => {};
const held = new Promise<void>((resolve) => {
  release = resolve;
});

const streams = createStreamServer({
  store: memoryStore(),
  authorize: anyoneWithId(),
  parseInput: (value: unknown) => String(value),
  generate: async ({ input, append }) => {
    generations++;
    append(input);
    if (input === "held") await held;
    if (input === "too much") throw new StreamFailure("quota", QUOTA);
  },
});

let served: Served;
beforeAll(async () => {
  served = await serve((request) => streams.handler(request));
});
afterAll(async () => {
  await served.close();
  await streams.close();
});

/** A client, and the requests that it has sent. */
function clientOf(live?: "text" | "sse" | "long-poll" | "poll") {
  const sent: string[] = [];
  const client = createStreamClient<typeof streams>({
    url: `${served.url}/api/streams`,
    source: live && httpSource({ live, intervalMs: 5 }),
    fetch: (url, init) => {
      sent.push(`${init?.method ?? "GET"} ${new URL(String(url)).pathname.split("/").at(-1)}`);
      return fetch(url, init);
    },
  });
  return { client, sent };
}

test("a question costs one request until its text is here", async () => {
  const { client, sent } = clientOf();
  const stream = client.stream(newStreamId(), { driven: true, create: true, input: "held" });
  const atText = new Promise<number>((resolve) => {
    stream.subscribe(({ text }) => text === "held" && resolve(sent.length));
  });
  expect(await atText).toBe(1);
  release();
  expect(await stream.finished).toMatchObject({ text: "held", status: "done" });
  expect(sent.filter((request) => request.startsWith("POST"))).toEqual(["POST drive"]);
});

test("a drive that creates gives the stream its tags", async () => {
  const { client } = clientOf();
  const id = newStreamId();
  const create = { tags: ["chat:7", "user: Ada & Bob"] };
  await client.stream(id, { driven: true, create, input: "text" }).finished;
  expect((await streams.read(id))?.tags).toEqual(create.tags);
});

test("create makes a stream, which is driven then, and an id can be had once", async () => {
  const { client } = clientOf();
  const own = newStreamId();
  expect(await client.create({ id: own, tags: ["chat:7"] })).toBe(own);
  await expect(client.create({ id: own })).rejects.toMatchObject({ code: "rejected" });
  const id = await client.create();
  expect(id).toMatch(/^[\w-]{22}$/);
  const body = await client.stream(id, { driven: true, input: "text" }).finished;
  expect(body).toMatchObject({ text: "text", status: "done" });
});

test("a wrong tag is refused by the server's sentence, which names it", async () => {
  const { client } = clientOf();
  await expect(client.create({ tags: [""] })).rejects.toMatchObject({
    code: "rejected",
    message: expect.stringContaining("tag"),
  });
});

test("a creating drive after a delete generates nothing, and the stream is gone", async () => {
  const id = newStreamId();
  const ask = () =>
    clientOf().client.stream(id, { driven: true, create: true, input: "text" }).finished;
  await ask();
  await streams.delete(id);
  const before = generations;
  expect(await ask()).toMatchObject({ status: "error", error: { code: "not_found" } });
  expect(generations).toBe(before);
});

const shown = ({ text, status, error, reason }: StreamBody) => [
  text,
  status,
  error?.code,
  error?.message,
  reason,
];

test("a StreamFailure shows the same to the driver, to each follower, after a refresh and to a server render", async () => {
  const id = newStreamId();
  const { client } = clientOf();
  const driven = client.stream(id, { driven: true, create: true, input: "too much" });
  const expected = ["too much", "error", "quota", QUOTA, undefined];
  expect(shown(await driven.finished)).toEqual(expected);
  for (const live of ["text", "sse", "long-poll", "poll"] as const) {
    expect(shown(await clientOf(live).client.stream(id).finished)).toEqual(expected);
  }
  const initial = await streams.read(id);
  expect(shown(clientOf().client.stream(id, { initial }).snapshot())).toEqual(expected);
});

test("a follower that asks before the drive arrives shows its text", async () => {
  const id = newStreamId();
  const follower = clientOf().client.stream(id);
  follower.subscribe(() => {});
  await until(() => follower.snapshot().status === "pending");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(follower.snapshot()).toMatchObject({ text: "", status: "pending", error: undefined });
  await clientOf().client.stream(id, { driven: true, create: true, input: "late" }).finished;
  expect(await follower.finished).toMatchObject({ text: "late", status: "done" });
});
