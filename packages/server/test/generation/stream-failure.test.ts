import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ModelError, StreamFailure } from "../../src/index.ts";
import { databases, type RunningDatabase } from "../harness/databases.ts";
import { type Fixture, type FixtureOptions, startFixture } from "../harness/fixture.ts";
import { gate } from "../harness/gate.ts";
import { openStore } from "../harness/store-address.ts";

// As it may come: lines, scripts, an emoji, and what headers and URLs would trip over.
const MESSAGE =
  'You have used up today\'s answers,\r\n 50 % of them «für 世界» 👩‍👩‍👧; "so": &=?#\u0007';
const END = { status: "error", error: "quota", errorMessage: MESSAGE };

/** A generation that says a word, waits, and fails. */
const failing = (failure: () => unknown, go = Promise.resolve()): FixtureOptions["generate"] =>
  async function generate({ append }) {
    append("So far. ");
    await go;
    throw failure();
  };

const headersOf = ({ headers }: Response) => ({
  status: headers.get("stream-status"),
  error: headers.get("stream-error"),
  errorMessage: decodeURIComponent(headers.get("stream-error-message") ?? ""),
});

/** The last control event of an SSE answer. */
async function lastControl(response: Response): Promise<unknown> {
  const controls = (await response.text()).match(/(?<=event: control\ndata:).*/g)!;
  const { streamStatus, streamError, streamErrorMessage } = JSON.parse(controls.at(-1)!);
  return { status: streamStatus, error: streamError, errorMessage: streamErrorMessage };
}

/** What each way to read an ended stream says of its end. */
async function allWays({ base, get }: Fixture, id: string): Promise<unknown[]> {
  const end = "0000000000000008";
  return [
    headersOf(await get(id)),
    headersOf(await get(id, `?offset=${end}`)),
    headersOf(await get(id, "?live=text")),
    headersOf(await get(id, `?live=long-poll&offset=${end}`)),
    headersOf(await fetch(`${base}/${id}`, { method: "HEAD" })),
    headersOf(await fetch(`${base}/${id}/drive`, { method: "POST" })),
    headersOf(await fetch(`${base}/${id}/stop`, { method: "POST" })),
    await lastControl(await get(id, "?live=sse&offset=-1")),
  ];
}

for (const { name, available, shared, start } of databases) {
  describe.skipIf(!available)(`a StreamFailure on ${name}`, () => {
    let database: RunningDatabase;
    beforeAll(async () => {
      database = await start();
    }, 60_000);
    afterAll(() => database.stop());

    test("has its code and message live, later, and after a restart of the server", async () => {
      const address = database.address();
      const go = gate();
      const finishes: unknown[] = [];
      const store = await openStore(address);
      const server = await startFixture("memory", {
        around: () => store,
        generate: failing(() => new StreamFailure("quota", MESSAGE), go.opened),
        onFinish: (finish) => finishes.push(finish),
      });
      const id = await server.create();
      const driven = await server.drive(id);
      // They follow before it fails.
      const sse = await server.get(id, "?live=sse&offset=-1");
      const text = await server.get(id, "?live=text");
      await expect.poll(async () => (await server.streams.status(id))?.length).toBe(8);
      const poll = server.get(id, "?live=long-poll&offset=0000000000000008");
      go.open();
      expect([await driven.text(), await text.text()]).toEqual(["So far. ", "So far. "]);
      expect(await lastControl(sse)).toEqual(END);
      expect(headersOf(await poll)).toEqual(END);
      for (const seen of await allWays(server, id)) expect(seen).toEqual(END);
      const stored = await server.streams.read(id);
      expect(stored).toMatchObject({ ...END, text: "So far. " });
      await expect.poll(() => finishes).toEqual([{ id, text: "So far. ", ...END }]);
      // It is what the application wanted.
      expect(server.errors).toEqual([]);
      if (!shared) return;
      await server.streams.close();
      const reopened = await openStore(address);
      const restarted = await startFixture("memory", {
        around: () => reopened,
        generate: () => expect.unreachable(),
      });
      expect(await restarted.streams.read(id)).toEqual(stored);
      for (const seen of await allWays(restarted, id)) expect(seen).toEqual(END);
    });
  });
}

describe("the end of a stream whose generate throws", () => {
  const cut = (message: string) => new ModelError("refusal", message);
  test.each([
    ["a StreamFailure", new StreamFailure("a.b_C-9", "x"), "a.b_C-9", "x", undefined],
    ["any other error", new Error("at 10.0.0.7"), "generation", undefined, undefined],
    ["no error", undefined, "generation", undefined, undefined],
    ["a refusal", cut("I can't."), "refusal", "I can't.", "refusal"],
    ["a refusal without words", cut(""), "refusal", undefined, "refusal"],
    ["a long refusal", cut("中".repeat(400)), "refusal", "中".repeat(333), "refusal"],
    ["a refusal with odd characters", cut("a\0b\ud83d"), "refusal", "ab\ufffd", "refusal"],
    [
      "a filter",
      new ModelError("content_filter", "ten.0.0.7"),
      "content_filter",
      undefined,
      "content_filter",
    ],
    [
      "a model's failure",
      new ModelError("generation", "ten.0.0.7"),
      "generation",
      undefined,
      undefined,
    ],
  ])("of %s", async (_, thrown, error, errorMessage, reason) => {
    const server = await startFixture("sqlite", { generate: failing(() => thrown) });
    const id = await server.create();
    await (await server.drive(id)).text();
    const stored = await server.streams.read(id);
    const { length, epoch, ...end } = stored!;
    expect([length, epoch]).toEqual([8, 1]);
    expect(end).toEqual({ text: "So far. ", status: "error", error, errorMessage, reason });
    expect((await server.get(id)).headers.get("stream-reason")).toBe(reason ?? null);
  });
});

test("a StreamFailure whose message was changed after its checks still ends its stream", async () => {
  const failure = new StreamFailure("quota", "No.");
  failure.message = `\0${"é".repeat(600)}`;
  const server = await startFixture("sqlite", { generate: failing(() => failure) });
  const id = await server.create();
  await (await server.drive(id)).text();
  const errorMessage = "é".repeat(500);
  expect(await server.streams.status(id)).toMatchObject({ error: "quota", errorMessage });
});

test("onError hears of a StreamFailure only if it has a cause", async () => {
  const cause = new Error("the billing service is away");
  for (const [failure, heard] of [
    [new StreamFailure("quota", "No."), []],
    [
      new StreamFailure("quota", "No.", { cause }),
      [{ name: "StreamFailure", code: "quota", cause }],
    ],
  ] as const) {
    const server = await startFixture("memory", { generate: failing(() => failure) });
    await (await server.drive(await server.create())).text();
    expect(server.errors).toMatchObject(heard);
    expect(server.errors).toHaveLength(heard.length);
  }
});

test("other origins may read how it ended", async () => {
  const server = await startFixture("memory", {
    cors: { origin: "https://app.example" },
    generate: failing(() => new StreamFailure("quota", MESSAGE)),
  });
  const id = await server.create();
  await (await server.drive(id)).text();
  const origin = { headers: { origin: "https://app.example" } };
  const { headers } = await fetch(`${server.base}/${id}`, origin);
  const exposed = headers.get("access-control-expose-headers")!.toLowerCase().split(", ");
  expect(exposed).toEqual(
    expect.arrayContaining(["stream-error", "stream-error-message", "stream-reason"]),
  );
});
