import { randomUUID } from "node:crypto";
import type { Engine } from "@twinstream/harness/engine";
import { hasRedis, startRedis } from "@twinstream/harness/redis";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Store } from "../../../src/index.ts";
import { redisStore } from "../../../src/redis.ts";
import { freshName } from "../../harness/store-address.ts";

const LEASE = 60_000;
const DAY = 24 * 60 * 60_000;
const patience = { timeout: 20_000, interval: 20 };
const bytes = (text: string) => new TextEncoder().encode(text);

async function nodeRedis(url: string) {
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  return { client, end: () => client.destroy() };
}

async function ioRedis(url: string) {
  const client = new Redis(url);
  client.on("error", () => {});
  return { client, end: () => client.disconnect() };
}

async function streaming(store: Store, id = freshName()) {
  await store.create(id, { pendingMs: LEASE });
  const token = randomUUID();
  const claim = await store.claim(id, { token, leaseMs: LEASE });
  if (!claim?.claimed) throw new Error("not claimed");
  return { id, token };
}

test("anything but a client is refused, and the error says what to pass", () => {
  expect(() => redisStore({} as never)).toThrow(/npm's redis \(5 or newer\) or ioredis/);
  expect(() => redisStore(undefined as never)).toThrow(/npm's redis/);
  const client = new Redis({ lazyConnect: true });
  expect(() => redisStore(client, { expireMs: -1 })).toThrow(/`expireMs` is -1/);
});

const clients = { redis: nodeRedis, ioredis: ioRedis };
describe.skipIf(!hasRedis()).each(["redis", "ioredis"] as const)(
  "on a real Redis, by npm's %s",
  (kind) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await startRedis();
    });
    afterAll(() => engine?.stop());

    async function open(url = engine.url, prefix = `${freshName()}:`, expireMs = 0) {
      const { client, end } = await clients[kind](url);
      const store = redisStore(client, { prefix, expireMs });
      onTestFinished(async () => {
        await store.close();
        end();
      });
      return { client, store, prefix };
    }

    /** A client of the test's own, to inspect Redis. */
    async function inspector(url = engine.url) {
      const { client, end } = await nodeRedis(url);
      onTestFinished(end);
      return client;
    }

    test("scripts are sent again to a Redis that has forgotten them", async () => {
      const { store } = await open();
      const { id, token } = await streaming(store);
      await (await inspector()).scriptFlush();
      const append = { token, offset: 0, bytes: bytes("text"), leaseMs: LEASE };
      expect(await store.append(id, append)).toMatchObject({ state: "ok" });
      expect(await store.status(id)).toEqual({ status: "streaming", length: 4, epoch: 1 });
    });

    test("stores with different prefixes on one Redis do not share streams", async () => {
      const [one, two] = [await open(), await open()];
      const { id } = await streaming(one.store);
      expect(await two.store.status(id)).toBeUndefined();
      expect(await two.store.sweep(0)).toBe(0);
    });

    test("Redis deletes an ended stream and its text after expireMs", async () => {
      const { store, prefix } = await open(engine.url, `${freshName()}:`, 200);
      const { id, token } = await streaming(store);
      const close = { status: "done" } as const;
      await store.append(id, { token, offset: 0, bytes: bytes("text"), leaseMs: LEASE, close });
      await vi.waitFor(async () => expect(await store.status(id)).toBeUndefined(), patience);
      const inspect = await inspector();
      expect(await inspect.exists([`${prefix}{${id}}`, `${prefix}{${id}}:text`])).toBe(0);
    });

    test("a stream that Redis has deleted after expireMs is known as deleted", async () => {
      const { store, prefix } = await open(engine.url, `${freshName()}:`, 200);
      const { id, token } = await streaming(store);
      const close = { status: "done" } as const;
      await store.append(id, { token, offset: 0, bytes: bytes("text"), leaseMs: LEASE, close });
      await vi.waitFor(async () => expect(await store.status(id)).toBeUndefined(), patience);
      expect(await store.isDeleted(id)).toBe(true);
      expect(await store.claim(id, { token, leaseMs: LEASE, create: {} })).toBeUndefined();
      expect(await (await inspector()).pTTL(`${prefix}{${id}}:deleted`)).toBeGreaterThan(
        DAY - 60_000,
      );
    });

    test("a tombstone is gone after 24 hours", async () => {
      const { store, prefix } = await open();
      const { id, token } = await streaming(store);
      await store.delete(id);
      const inspect = await inspector();
      const left = await inspect.pTTL(`${prefix}{${id}}:deleted`);
      expect(left).toBeGreaterThan(DAY - 60_000);
      expect(left).toBeLessThanOrEqual(DAY);
      await inspect.pExpire(`${prefix}{${id}}:deleted`, 1);
      await vi.waitFor(async () => expect(await store.isDeleted(id)).toBe(false), patience);
      const claim = await store.claim(id, { token, leaseMs: LEASE, create: {} });
      expect(claim).toEqual({ claimed: true, epoch: 1 });
    });

    test("a tag has the streams that were made with it, and no other", async () => {
      const { store, prefix } = await open();
      const inspect = await inspector();
      const idsOf = async (tag: string) =>
        (await inspect.sMembers(`${prefix}tag:${tag}`)).map((member) => member.split(" ")[1]);
      const create = { tags: ["a", "b"] };
      const claim = () => ({ token: randomUUID(), leaseMs: LEASE, create });
      await store.create("made", { pendingMs: LEASE, tags: ["a"] });
      await store.claim("claimed", claim());
      expect((await idsOf("a")).sort()).toEqual(["claimed", "made"]);
      expect(await idsOf("b")).toEqual(["claimed"]);
      // Refused, or made by another before: their own tags are not kept.
      await store.create("made", { pendingMs: LEASE, tags: ["b", "c"] });
      await store.claim("made", claim());
      await store.claim("made", claim());
      expect((await idsOf("a")).sort()).toEqual(["claimed", "made"]);
      expect(await idsOf("b")).toEqual(["claimed"]);
      expect(await idsOf("c")).toEqual([]);
      await store.delete("claimed");
      await store.claim("claimed", claim());
      expect(await idsOf("a")).toEqual(["made"]);
      expect(await idsOf("b")).toEqual([]);
      await store.create("swept", { pendingMs: LEASE, tags: ["a", "b"] });
      await store.stop("swept");
      expect(await idsOf("b")).toEqual(["swept"]);
      await store.sweep(0);
      expect(await idsOf("a")).toEqual(["made"]);
      expect(await idsOf("b")).toEqual([]);
    });

    test("a layout that is newer than this release knows is refused, and nothing is written", async () => {
      const { store, prefix } = await open();
      const inspect = await inspector();
      await inspect.set(`${prefix}schema`, "3");
      const message = /redisStore: .* have layout 3, .* up to 2\. Update @twinstream\/server/;
      const create = { tags: ["a"] };
      await expect(store.create("new", { pendingMs: LEASE, ...create })).rejects.toThrow(message);
      const claim = { token: "producer", leaseMs: LEASE, create };
      await expect(store.claim("new", claim)).rejects.toThrow(message);
      await expect(store.sweep(0)).rejects.toThrow(message);
      expect(await inspect.keys(`${prefix}*`)).toEqual([`${prefix}schema`]);
      // Once the release before is back on its data, it goes on.
      await inspect.set(`${prefix}schema`, "2");
      expect(await store.create("new", { pendingMs: LEASE })).toBe(true);
    });

    test("a live stream does not expire", async () => {
      const { store, prefix } = await open(engine.url, `${freshName()}:`, 200);
      const { id, token } = await streaming(store);
      await store.append(id, { token, offset: 0, bytes: bytes("text"), leaseMs: LEASE });
      const inspect = await inspector();
      expect(await inspect.pTTL(`${prefix}{${id}}`)).toBe(-1);
      expect(await inspect.pTTL(`${prefix}{${id}}:text`)).toBe(-1);
    });

    test("a stream whose text was evicted is gone, and never shown in half", async () => {
      const { store, prefix } = await open();
      const { id, token } = await streaming(store);
      await store.append(id, { token, offset: 0, bytes: bytes("text"), leaseMs: LEASE });
      await (await inspector()).del(`${prefix}{${id}}:text`);
      expect(
        await store.append(id, { token, offset: 4, bytes: bytes("!"), leaseMs: LEASE }),
      ).toEqual({
        state: "gone",
      });
      expect(await store.read(id, 0, 10)).toBeUndefined();
    });

    test("delete removes the text too", async () => {
      const { store, prefix } = await open();
      const { id, token } = await streaming(store);
      await store.append(id, { token, offset: 0, bytes: bytes("text"), leaseMs: LEASE });
      await store.delete(id);
      const inspect = await inspector();
      const tombstone = `${prefix}{${id}}:deleted`;
      expect(await inspect.keys(`${prefix}{*`)).toEqual([tombstone]);
      expect(await inspect.strLen(tombstone)).toBe(1);
    });

    test("a sweep leaves no key of ended streams behind", async () => {
      const { store, prefix } = await open();
      const inspect = await inspector();
      for (let n = 0; n < 500; n++) {
        const { id, token } = await streaming(store);
        const close = { status: "done" } as const;
        await store.append(id, { token, offset: 0, bytes: bytes("x"), leaseMs: LEASE, close });
      }
      expect(await store.sweep(Number.MAX_SAFE_INTEGER)).toBe(0);
      expect(await inspect.zCount(`${prefix}index`, 0, Infinity)).toBe(500);
      expect(await store.sweep(0)).toBe(500);
      const left = await inspect.keys(`${prefix}*`);
      expect(left.filter((key) => !key.endsWith(":deleted"))).toEqual([`${prefix}schema`]);
      expect(left).toHaveLength(501);
    });

    test("a cut subscription wakes the watchers and comes back", async () => {
      const { store, prefix } = await open();
      const { store: other } = await open(engine.url, prefix);
      const { id, token } = await streaming(other);
      const changes: string[] = [];
      onTestFinished(await store.watch(id, (change) => changes.push(change)));
      const inspect = await inspector();
      for (let round = 0; round < 3; round++) {
        changes.length = 0;
        await inspect.sendCommand(["CLIENT", "KILL", "TYPE", "pubsub"]);
        await vi.waitFor(() => expect(changes).toContain("control"), patience);
        changes.length = 0;
        await other.append(id, { token, offset: round, bytes: bytes("x"), leaseMs: LEASE });
        await vi.waitFor(() => expect(changes).toContain("text"), patience);
      }
    });

    test("watches that come and go share one subscription, and leave none behind", async () => {
      const { store, prefix } = await open();
      const { id } = await streaming(store);
      const inspect = await inspector();
      const subscribed = async () =>
        Object.values(await inspect.pubSubNumSub([`${prefix}{${id}}`])).map(Number);
      for (let n = 0; n < 20; n++) (await store.watch(id, () => {}))();
      const unwatch = await store.watch(id, () => {});
      expect(await subscribed()).toEqual([1]);
      unwatch();
      await vi.waitFor(async () => expect(await subscribed()).toEqual([0]), patience);
    });

    test("close leaves the client as it was", async () => {
      const { client, store, prefix } = await open();
      const { id } = await streaming(store);
      await store.watch(id, () => {});
      await store.close();
      expect(await client.get("nothing")).toBeNull();
      const inspect = await inspector();
      await vi.waitFor(
        async () => expect(await inspect.pubSubChannels(`${prefix}*`)).toEqual([]),
        patience,
      );
    });

    test.runIf(!process.env.REDIS_URL)(
      "a Redis that is killed and comes back has lost no confirmed text",
      async () => {
        const own = await startRedis();
        onTestFinished(() => own.stop());
        const { store } = await open(own.url);
        const { id, token } = await streaming(store);
        const changes: string[] = [];
        await store.watch(id, (change) => changes.push(change));
        await store.append(id, { token, offset: 0, bytes: bytes("before"), leaseMs: LEASE });
        await own.kill();
        changes.length = 0;
        await own.start();
        await vi.waitFor(() => expect(changes).toContain("control"), patience);
        const append = { token, offset: 6, bytes: bytes(" and after"), leaseMs: LEASE };
        await vi.waitFor(
          async () =>
            expect(await store.append(id, append)).toEqual({ state: "ok", stopRequested: false }),
          patience,
        );
        expect(Buffer.from((await store.read(id, 0, 100))?.bytes ?? []).toString()).toBe(
          "before and after",
        );
      },
    );
  },
);
