import { createStreamClient } from "@twinstream/core";
import type { Engine } from "@twinstream/harness/engine";
import { hasPostgres, startPostgres } from "@twinstream/harness/postgres";
import { hasRedis, startRedis } from "@twinstream/harness/redis";
import { serve } from "@twinstream/harness/serve";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { anyoneWithId, createStreamServer, type Store } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";
import { gate } from "../harness/gate.ts";
import { freshName, openStore, type StoreAddress } from "../harness/store-address.ts";

const patience = { timeout: 30_000, interval: 20 };

const engines = [
  { kind: "postgres", available: hasPostgres(), start: () => startPostgres() },
  { kind: "redis", available: hasRedis(), start: () => startRedis() },
  { kind: "ioredis", available: hasRedis(), start: () => startRedis() },
] as const;

/** Starts a server on `store`, over HTTP. */
async function open(store: Store, storeTimeoutMs?: number) {
  let runs = 0;
  const errors: unknown[] = [];
  const streams = createStreamServer({
    store,
    authorize: anyoneWithId(),
    storeTimeoutMs,
    generate: ({ append }) => {
      runs++;
      append("Hello. ");
      append("Here again.");
    },
    onError: (error) => errors.push(error),
  });
  const served = await serve((request) => streams.handler(request));
  onTestFinished(async () => {
    await served.close();
    await streams.close();
  });
  return { streams, errors, url: `${served.url}/api/streams`, runs: () => runs };
}

/** The same on an engine of the test's own. */
async function openOn(kind: StoreAddress["kind"], engine: Engine) {
  onTestFinished(() => engine.stop());
  const prefix = `${freshName()}${kind === "postgres" ? "_" : ":"}`;
  return open(await openStore({ kind, url: engine.url, prefix }), 1000);
}

async function expectUnavailable(response: Response) {
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  // HEAD has no body.
  const body = await response.text();
  if (body !== "") {
    expect(JSON.parse(body)).toEqual({
      error: { code: "store_unavailable", message: expect.stringContaining("try again") },
    });
  }
}

for (const { kind, available, start } of engines) {
  describe.skipIf(!available)(`a ${kind} that is killed and comes back`, () => {
    test("every route answers 503 meanwhile, and works again afterwards", {
      timeout: 60_000,
    }, async () => {
      const engine = await start();
      const { streams, url, errors } = await openOn(kind, engine);
      const id = await streams.create();
      await engine.kill();
      const ask = async (method: string, path: string, body?: string) =>
        expectUnavailable(await fetch(url + path, { method, body }));
      await Promise.all([
        ask("POST", ""),
        ask("POST", `/${id}/drive`),
        ask("POST", `/${id}/drive`, "{"),
        ask("POST", `/${id}/stop`),
        ask("GET", `/${id}`),
        ask("GET", `/${id}?offset=now`),
        ask("GET", `/${id}?offset=-1&live=text`),
        ask("HEAD", `/${id}`),
        ask("DELETE", `/${id}`),
      ]);
      expect(errors.length).toBeGreaterThan(8);
      await engine.start();
      // Drives, stops and deletes that came too late may have been carried out, in any order.
      await vi.waitFor(async () => {
        const created = await fetch(url, { method: "POST" });
        expect(created.status).toBe(201);
        const next = ((await created.json()) as { id: string }).id;
        const driven = await fetch(`${url}/${next}/drive`, { method: "POST" });
        expect([driven.status, await driven.text()]).toEqual([200, "Hello. Here again."]);
      }, patience);
    });

    test("a client that drives meanwhile waits, and gets its text", {
      timeout: 60_000,
    }, async () => {
      const engine = await start();
      const { streams, url, runs } = await openOn(kind, engine);
      const id = await streams.create();
      await engine.kill();
      const statuses: number[] = [];
      const refused = gate();
      const client = createStreamClient({
        url,
        throttleMs: 0,
        fetch: async (...request) => {
          const response = await fetch(...request);
          statuses.push(response.status);
          if (response.status === 503) refused.open();
          return response;
        },
      });
      const stream = client.stream(id, { driven: true });
      const seen: string[] = [];
      onTestFinished(stream.subscribe(({ status }) => seen.push(status)));
      await refused.opened;
      expect(stream.snapshot()).toMatchObject({ text: "", status: "pending" });
      await engine.start();
      expect(await stream.finished).toMatchObject({ text: "Hello. Here again.", status: "done" });
      expect(seen).not.toContain("error");
      expect(statuses).not.toContain(500);
      expect(runs()).toBe(1);
    });
  });
}

describe("a store whose answer is too late", () => {
  const heldStore = () => {
    const store = memoryStore();
    const go = gate();
    const late = <A extends unknown[], T>(step: (...args: A) => Promise<T>) => {
      return async (...args: A) => {
        await go.opened;
        return step(...args);
      };
    };
    return { store, go, late };
  };

  test("is answered with 503, and its late answer has no effect on later requests", async () => {
    const { store, go, late } = heldStore();
    const { streams, url } = await open(
      { ...store, read: late(store.read), watch: late(store.watch), stop: late(store.stop) },
      20,
    );
    const id = await streams.create();
    await expectUnavailable(await fetch(`${url}/${id}`));
    await expectUnavailable(await fetch(`${url}/${id}?offset=-1&live=sse`));
    await expectUnavailable(await fetch(`${url}/${id}/stop`, { method: "POST" }));
    go.open();
    await vi.waitFor(async () => {
      expect(await streams.status(id)).toMatchObject({ status: "stopped" });
    }, patience);
  });

  test("a late claim is generated, and can be followed", async () => {
    const { store, go, late } = heldStore();
    const { streams, url, runs } = await open({ ...store, claim: late(store.claim) }, 20);
    const id = await streams.create();
    await expectUnavailable(await fetch(`${url}/${id}/drive`, { method: "POST" }));
    expect(runs()).toBe(0);
    go.open();
    await vi.waitFor(async () => {
      expect(await streams.read(id)).toMatchObject({ status: "done", text: "Hello. Here again." });
    }, patience);
    expect(runs()).toBe(1);
  });
});

test.each([
  ["a bug", new TypeError("a bug")],
  ["a wrong password", Object.assign(new Error("password"), { code: "28P01" })],
  ["a missing permission", new Error("NOPERM this user has no permissions")],
])("%s will not pass, so it is answered with 500", async (_, error) => {
  const { streams, url } = await open({
    ...memoryStore(),
    read: () => Promise.reject(error),
  });
  const response = await fetch(`${url}/${await streams.create()}`);
  expect(response.status).toBe(500);
  expect(response.headers.get("retry-after")).toBeNull();
});

test("an `authorize` that throws is answered with 500", async () => {
  const streams = createStreamServer({
    store: memoryStore(),
    authorize: () => {
      throw new Error("connect ECONNREFUSED");
    },
    onError: () => {},
  });
  onTestFinished(() => streams.close());
  const request = new Request("http://localhost/api/streams", { method: "POST" });
  expect((await streams.handler(request)).status).toBe(500);
});

test("`close` rejects after `storeTimeoutMs` if the store never answers", async () => {
  const store = { ...memoryStore(), close: () => new Promise<never>(() => {}) };
  const streams = createStreamServer({ store, authorize: anyoneWithId(), storeTimeoutMs: 50 });
  await expect(streams.close()).rejects.toThrow("The store has not answered for 50 ms");
});
