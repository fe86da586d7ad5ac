import { readFileSync } from "node:fs";
import { createStreamClient, httpSource, type Stream, type StreamBody } from "@twinstream/core";
import { serve } from "@twinstream/harness/serve";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  anyoneWithId,
  createStreamServer,
  type Store,
  StreamFailure,
  type StreamServerOptions,
  type Streams,
} from "../src/index.ts";
import { databases, type RunningDatabase } from "./harness/databases.ts";
import { gate } from "./harness/gate.ts";
import { type ServerChild, startServer } from "./harness/server-child.ts";
import { piece } from "./harness/server-messages.ts";
import { openStore, type StoreAddress } from "./harness/store-address.ts";

const LEASE_MS = 1_500;
const MESSAGE = "You have used up today’s answers 😀.\nAsk again tomorrow: “até amanhã”, 明天见.";
const LENGTH = readFileSync(
  new URL("../../core/test/recorded/openai-chat-length.sse", import.meta.url),
);

type Live = "text" | "sse" | "long-poll" | "poll";
const lives: readonly Live[] = ["text", "sse", "long-poll", "poll"];

/** What a reader is shown of an end, with what an `Error` does not show when it is compared. */
const shown = ({ status, text, error, reason }: StreamBody) => ({
  status,
  text,
  reason,
  error: error && { name: error.name, code: error.code, message: error.message },
});

/** A server of this process. */
interface Server {
  readonly streams: Streams;
  readonly url: string;
  close(): Promise<void>;
}

async function start(
  store: Store,
  generate: StreamServerOptions["generate"],
  pendingMs = 60_000,
): Promise<Server> {
  const streams = createStreamServer({
    store,
    authorize: anyoneWithId(),
    leaseMs: LEASE_MS,
    retention: { pendingMs, sweepMs: 200 },
    longPollMs: 1_000,
    onError: () => {},
    generate,
  });
  const served = await serve((request) => streams.handler(request));
  return {
    streams,
    url: `${served.url}/api/streams`,
    async close() {
      await streams.close();
      await served.close();
    },
  };
}

const follow = (url: string, id: string, live: Live): Stream =>
  createStreamClient({ url, source: httpSource({ live, intervalMs: 50 }) }).stream(id);

/** A stream that a client drives at one server, and reads at another, as behind a load balancer. */
const drive = (driveUrl: string, url: string, id: string, input: unknown): Stream =>
  createStreamClient({
    url,
    retry: { baseMs: 50, maxMs: 200 },
    fetch: (to, init) =>
      fetch(String(to).endsWith("/drive") ? `${driveUrl}/${id}/drive` : to, init),
  }).stream(id, { driven: true, input });

for (const { name, available, start: startDatabase } of databases.filter(({ shared }) => shared)) {
  describe.skipIf(!available)(`an end, on ${name}`, { timeout: 60_000 }, () => {
    let database: RunningDatabase;
    let address: StoreAddress;
    let stores: readonly [Store, Store];
    /** Where everybody reads. It never drives. */
    let reading: Server;
    const servers: (Server | ServerChild)[] = [];

    beforeAll(async () => {
      database = await startDatabase();
      address = database.address();
      stores = [await openStore(address), await openStore(address)];
      reading = await start(stores[0], () => {});
    });
    afterAll(async () => {
      await Promise.all(servers.map((one) => ("end" in one ? one.end() : one.close())));
      await reading?.close();
      await Promise.all(stores?.map((store) => store.close()) ?? []);
      await database?.stop();
    });

    /** A second server on the same store. */
    async function another(generate: StreamServerOptions["generate"], pendingMs?: number) {
      const server = await start(stores[1], generate, pendingMs);
      servers.push(server);
      return server;
    }

    /** Checks that all who read the stream as it ends, or afterwards, are shown the same end. */
    async function expectEnd(
      id: string,
      expected: object,
      { driver, ended = () => {} }: { driver?: Stream; ended?: () => unknown } = {},
    ): Promise<void> {
      const followers = lives.map((live) => follow(reading.url, id, live));
      const readers = Promise.all(followers.map(({ finished }) => finished));
      const driven = driver?.finished;
      await ended();
      for (const [index, body] of (await readers).entries()) {
        expect(shown(body), `followed by ${lives[index]}`).toEqual(expected);
      }
      if (driven) expect(shown(await driven), "driven").toEqual(expected);
      for (const live of lives) {
        const later = await follow(reading.url, id, live).finished;
        expect(shown(later), `a second client, by ${live}`).toEqual(expected);
      }
      const initial = await reading.streams.read(id);
      const sent: string[] = [];
      const client = createStreamClient({
        url: reading.url,
        async fetch(to) {
          sent.push(String(to));
          throw new TypeError("Nothing is to be sent for a stream that is known to have ended.");
        },
      });
      const rendered = client.stream(id, { initial }).snapshot();
      expect(shown(rendered), "rendered from what `read` returns").toEqual(expected);
      const page = createStreamClient({ url: reading.url });
      const hydrated = page.stream(id, { initial: JSON.parse(JSON.stringify(initial)) });
      expect(shown(await hydrated.finished), "after a refresh").toEqual(expected);
      expect(sent).toEqual([]);
    }

    test("a StreamFailure has the same code and message for everybody", async () => {
      const failing = await another(async ({ append }) => {
        await append("Half an ans");
        throw new StreamFailure("quota", MESSAGE, { cause: new Error("user 7: 0 left") });
      });
      const id = await reading.streams.create();
      const driver = drive(failing.url, reading.url, id, {});
      await expectEnd(
        id,
        {
          status: "error",
          text: "Half an ans",
          reason: undefined,
          error: { name: "StreamError", code: "quota", message: MESSAGE },
        },
        { driver },
      );
    });

    test("whatever else generate throws is `generation` for everybody, and its words stay here", async () => {
      const failing = await another(() => {
        throw new Error("password of the database");
      });
      const id = await reading.streams.create();
      const driver = drive(failing.url, reading.url, id, {});
      await expectEnd(
        id,
        {
          status: "error",
          text: "",
          reason: undefined,
          error: {
            name: "StreamError",
            code: "generation",
            message: expect.not.stringContaining("password"),
          },
        },
        { driver },
      );
    });

    test("an answer that the model's limit has cut is `done`, by `length`", async () => {
      const cut = await another(({ append }) =>
        append.from(new Response(LENGTH, { headers: { "content-type": "text/event-stream" } })),
      );
      const id = await reading.streams.create();
      const driver = drive(cut.url, reading.url, id, {});
      const { text } = await driver.finished;
      expect(text.length).toBeGreaterThan(0);
      await expectEnd(id, { status: "done", text, reason: "length", error: undefined }, { driver });
    });

    test("a stream that nobody drives is `timeout`, by `undriven`", async () => {
      const hasty = await another(() => {}, 300);
      const id = await hasty.streams.create();
      await expectEnd(id, {
        status: "timeout",
        text: "",
        reason: "undriven",
        error: undefined,
      });
    });

    test("a stream whose server is killed is `timeout`, by `crash`", async () => {
      const child = await startServer({ address, leaseMs: LEASE_MS });
      servers.push(child);
      const id = await reading.streams.create();
      const driver = drive(child.url, reading.url, id, { pieces: 2, everyMs: 60_000 });
      await expectEnd(
        id,
        { status: "timeout", text: piece(0), reason: "crash", error: undefined },
        {
          driver,
          async ended() {
            const length = Buffer.byteLength(piece(0));
            await vi.waitFor(() => expect(child.confirmed(id)).toBe(length), { timeout: 30_000 });
            child.signal("SIGKILL");
          },
        },
      );
    });

    test("a stream whose server is closed is `timeout`, by `deploy`", async () => {
      const { open, opened } = gate();
      const leaving = await another(async ({ append, signal }) => {
        await append("The start of a long ");
        open();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      });
      const id = await reading.streams.create();
      const driver = drive(leaving.url, reading.url, id, {});
      await expectEnd(
        id,
        { status: "timeout", text: "The start of a long ", reason: "deploy", error: undefined },
        {
          driver,
          async ended() {
            await opened;
            await leaving.streams.close();
          },
        },
      );
    });
  });
}
