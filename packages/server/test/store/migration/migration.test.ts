import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Store } from "../../../src/index.ts";
import { readAll } from "../../../src/lib/store/read-all.ts";
import { databases, type RunningDatabase } from "../../harness/databases.ts";
import { startServer } from "../../harness/server-child.ts";
import { openStore, type StoreAddress } from "../../harness/store-address.ts";
import { FOREVER_MS, type OldServer, saved } from "./old-release/old-server.ts";
import { oldPostgres } from "./old-release/postgres.ts";
import { oldRedis } from "./old-release/redis.ts";
import { oldSqlite } from "./old-release/sqlite.ts";
import { type OldStream, oldStreams } from "./old-streams.ts";

/** What the release before schema 2 reads from its databases. */
interface OldRecord {
  readonly id: string;
  readonly status: string;
  readonly length: number;
  readonly error?: string;
  readonly text: string;
}

const oldRecords: OldRecord[] = JSON.parse(`${saved("streams.json")}`);
const token = "a-producer's-own-word";
const bytes = (text: string) => new TextEncoder().encode(text);
const idsOf = (...kinds: OldStream["kind"][]) =>
  oldStreams.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
const first = (kind: OldStream["kind"], n = 0) => idsOf(kind)[n]!;

/** What the reasons say of the ends that this release finds. */
const REASONS: Partial<Record<OldStream["kind"], string>> = {
  undriven: "undriven",
  crashed: "crash",
};

function startOld({ kind, url, prefix }: StoreAddress): Promise<OldServer> | OldServer {
  if (kind === "sqlite") return oldSqlite(url);
  return kind === "postgres" ? oldPostgres(url, prefix) : oldRedis(url, prefix);
}

// A database of the release before, with a thousand streams, is opened by this one.
// (Of a memory there is nothing to open.)
for (const { name, available, start } of databases.filter(({ shared }) => shared)) {
  describe.skipIf(!available)(`from the release before, on ${name}`, () => {
    let database: RunningDatabase;
    beforeAll(async () => {
      database = await start();
    });
    afterAll(() => database?.stop());

    /** A server of the release before on its own database, and a way to open stores of this one. */
    async function begin() {
      const address = database.address();
      const old = await startOld(address);
      onTestFinished(() => old.close());
      const open = async () => {
        const store = await openStore(address);
        onTestFinished(() => store.close());
        return store;
      };
      return { address, old, open };
    }

    async function append(store: Store, id: string, text: string, close?: { status: "done" }) {
      const { length } = (await store.status(id))!;
      const given = { token, offset: length, bytes: bytes(text), leaseMs: 60_000, close };
      return store.append(id, given);
    }

    test("every stream reads as before, with the reasons of ends that nobody had seen", async () => {
      const { open } = await begin();
      const [store, peer] = [await open(), await open()];
      expect(oldRecords).toHaveLength(1000);
      for (const [n, { id, text, ...record }] of oldRecords.entries()) {
        const { kind } = oldStreams[n]!;
        const certain = text !== "" || ["streaming", "done", "error"].includes(record.status);
        const expected = { ...record, epoch: certain ? 1 : 0, reason: REASONS[kind] };
        expect(await readAll(n % 2 ? peer : store, id)).toEqual({ ...expected, text });
        expect(await store.status(id)).toEqual(expected);
      }
    });

    test("pending streams are claimed and driven to their end, and only those", async () => {
      const { open } = await begin();
      const [store, peer] = [await open(), await open()];
      for (const id of idsOf("pending")) {
        expect(await store.claim(id, { token, leaseMs: 60_000 })).toEqual({
          claimed: true,
          epoch: 1,
        });
        expect(await append(store, id, "First, ")).toMatchObject({ state: "ok" });
        expect(await append(store, id, "last.", { status: "done" })).toMatchObject({ state: "ok" });
        expect(await readAll(peer, id)).toMatchObject({ status: "done", text: "First, last." });
      }
      for (const [n, { id }] of oldRecords.entries()) {
        if (oldStreams[n]!.kind === "pending") continue;
        const claim = await store.claim(id, { token, leaseMs: 60_000, create: {} });
        expect(claim).toMatchObject({ claimed: false });
      }
    });

    test("streams that servers of the release before hold are stopped, and lapse", async () => {
      const { old, open } = await begin();
      const store = await open();
      const held = first("streaming");
      expect(await store.stop(held)).toMatchObject({ status: "streaming" });
      await old.lapse(held);
      expect(await store.status(held)).toMatchObject({ status: "stopped" });
      const crashed = first("streaming", 1);
      await old.lapse(crashed);
      expect(await store.status(crashed)).toMatchObject({ status: "timeout", reason: "crash" });
      const stopping = first("stopping");
      expect(await old.append(stopping, " The tail.", { status: "stopped" })).toBe(true);
      expect(await readAll(store, stopping)).toMatchObject({
        status: "stopped",
        text: `${oldRecords.find(({ id }) => id === stopping)!.text} The tail.`,
      });
    });

    test("a server of the release before goes on with its streams while this one works beside it", async () => {
      const { old, open } = await begin();
      const store = await open();
      const held = first("streaming");
      const { text } = oldRecords.find(({ id }) => id === held)!;
      expect(await store.status(held)).toMatchObject({ status: "streaming" });
      expect(await old.append(held, "More. ")).toBe(true);
      expect(await readAll(store, held)).toMatchObject({ text: `${text}More. ` });
      const failed = { status: "error", error: "generation" };
      expect(await old.append(held, "End.", failed)).toBe(true);
      expect(await readAll(store, held)).toMatchObject({ ...failed, text: `${text}More. End.` });

      const claimed = first("pending");
      expect(await old.claim(claimed)).toBe(true);
      expect(await old.append(claimed, "Old.")).toBe(true);
      expect(await readAll(store, claimed)).toMatchObject({
        status: "streaming",
        text: "Old.",
        epoch: 1,
      });

      // It knows nothing of tombstones.
      await store.create("made-by-the-old-release", { pendingMs: 60_000 });
      await store.delete("made-by-the-old-release");
      expect(await old.create("made-by-the-old-release")).toBe(true);
      expect(await store.isDeleted("made-by-the-old-release")).toBe(false);
      expect(
        await store.claim("made-by-the-old-release", { token, leaseMs: 60_000 }),
      ).toMatchObject({ claimed: true, epoch: 1 });
    });

    test("neither release writes to the streams of the other", async () => {
      const { old, open } = await begin();
      const store = await open();
      const theirs = first("streaming");
      expect(await append(store, theirs, "x")).toEqual({ state: "lost" });
      expect(await store.renew(theirs, token, 60_000)).toEqual({ state: "lost" });

      const ours = first("pending");
      await store.claim(ours, { token, leaseMs: 60_000 });
      expect(await old.claim(ours)).toBe(false);
      expect(await old.append(first("pending", 1), "x")).toBe(false);
      expect(await append(store, ours, "ours")).toMatchObject({ state: "ok" });

      // Deleted and made again by this release, while the one before still writes.
      const again = first("streaming", 1);
      await store.delete(again);
      expect(await store.isDeleted(again)).toBe(true);
      expect(await store.create(again, { pendingMs: FOREVER_MS, tags: ["user:1"] })).toBe(true);
      expect(await old.append(again, "late")).toBe(false);
      await store.claim(again, { token, leaseMs: 60_000 });
      expect(await readAll(store, again)).toMatchObject({ text: "", tags: ["user:1"] });
    });

    test("the release before deletes streams of this one, with all that they had", async () => {
      const { old, open } = await begin();
      const store = await open();
      const id = "made-by-this-release-1";
      await store.claim(id, { token, leaseMs: 60_000, create: { tags: ["chat:7"] } });
      await append(store, id, "text");
      await old.delete(id);
      expect(await store.status(id)).toBeUndefined();
      expect(await store.create(id, { pendingMs: 60_000 })).toBe(true);
      expect(await store.status(id)).toEqual({ status: "pending", length: 0, epoch: 0 });
    });

    test("a sweep ends what ran out, and deletes what has ended", async () => {
      const { open } = await begin();
      const store = await open();
      const live = idsOf("pending", "streaming", "stopping");
      const unseen = idsOf("undriven", "crashed", "stopping, crashed");
      expect(await store.sweep(Number.MAX_SAFE_INTEGER)).toBe(unseen.length);
      expect(await store.sweep(0)).toBe(1000 - live.length);
      for (const { id, status } of oldRecords) {
        expect((await store.status(id))?.status).toBe(live.includes(id) ? status : undefined);
        expect(await store.isDeleted(id)).toBe(!live.includes(id));
      }
    });

    test("servers that start at the same time, in processes of their own, migrate it once", async () => {
      const { address, old } = await begin();
      const options = { address, leaseMs: 60_000 };
      const starts = Array.from({ length: 3 }, () => startServer(options));
      const servers = await Promise.all(starts);
      onTestFinished(async () => {
        await Promise.all(servers.map((server) => server.end()));
      });
      const done = oldRecords.filter(({ status, text }) => status === "done" && text !== "");
      await Promise.all(
        servers.map(async ({ url }) => {
          for (const { id, text } of done.slice(0, 20)) {
            const response = await fetch(`${url}/${id}`);
            expect(response.headers.get("stream-status")).toBe("done");
            expect(Buffer.from(await response.arrayBuffer()).toString()).toBe(text);
          }
        }),
      );
      expect(await old.append(first("streaming"), "still here")).toBe(true);
    });

    test("a layout that is newer than this release knows is refused", async () => {
      const { old, open } = await begin();
      await old.raiseVersion();
      const reading = (async () => (await open()).status(first("done")))();
      await expect(reading).rejects.toThrow(
        / 99, but this release of @twinstream\/server knows (versions|layouts) up to \d+\. Update @twinstream\/server\./,
      );
    });
  });
}
