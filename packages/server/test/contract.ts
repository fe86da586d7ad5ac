import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  type TestContext,
  test,
  vi,
} from "vitest";
import type { Change } from "../src/lib/store.ts";
import { createKit, type Kit, type OpenStores } from "./contract-kit.ts";

/**
 * What every store must do, on its real engine.
 *
 * @param open makes fresh data, and two stores on it, as two servers would have (the same one twice,
 * where the data is this process' alone)
 * @param ran is told of each case that was run
 */
export function storeContract(open: OpenStores, ran?: (test: TestContext["task"]) => void): void {
  let kit: Kit;
  beforeEach(({ task }) => ran?.(task));
  beforeAll(async () => {
    kit = await createKit(open);
  });
  afterAll(() => kit?.close());

  describe("create", () => {
    test("a new stream is pending and empty, on every server", async () => {
      const id = await kit.created();
      for (const store of kit.both) {
        expect(await store.status(id)).toEqual({ status: "pending", length: 0 });
        expect(await store.read(id, 0, 100)).toMatchObject({ status: "pending", length: 0 });
        expect((await store.read(id, 0, 100))?.bytes).toHaveLength(0);
      }
    });

    test("of 50 racing creates of one id, one is true", async () => {
      const id = randomUUID();
      const made = await kit.race(50, (store) => store.create(id, 60_000));
      expect(made.filter(Boolean)).toHaveLength(1);
    });

    test("what is not there is said to be not there", async () => {
      const id = randomUUID();
      for (const store of kit.both) {
        expect(await store.status(id)).toBeUndefined();
        expect(await store.read(id, 0, 10)).toBeUndefined();
        expect(await store.claim(id, 1_000)).toBeUndefined();
        expect(await store.stop(id)).toBeUndefined();
        expect(await store.delete(id)).toBe(false);
        expect(await store.renew(id, 1, 1_000)).toEqual({ state: "gone" });
        expect(await kit.append(store, id, 1, 0, "x")).toEqual({ state: "gone" });
      }
    });

    test("an id may hold any character", async () => {
      const id = `it's {"a"}:%\\ é 中 😀 [*?] ${randomUUID()}`;
      const [store, peer] = kit.both;
      expect(await store.create(id, 60_000)).toBe(true);
      const woken = vi.fn();
      onTestFinished(await peer.watch(id, woken));
      const epoch = await kit.claimed(id);
      await kit.append(store, id, epoch, 0, "text");
      await vi.waitFor(() => expect(woken).toHaveBeenCalledWith("text"), kit.patience);
      expect(await kit.text(peer, id)).toBe("text");
      expect(await store.delete(id)).toBe(true);
    });

    test("a pending stream that nobody claimed in time is a timeout, for good", async () => {
      const id = randomUUID();
      const [store, peer] = kit.both;
      await store.create(id, 30);
      await kit.until(peer, id, "timeout");
      expect(await store.claim(id, 60_000)).toEqual({
        claimed: false,
        record: { status: "timeout", length: 0 },
      });
      expect(await store.stop(id)).toEqual({ status: "timeout", length: 0 });
      expect(await store.create(id, 60_000)).toBe(false);
    });
  });

  describe("claim", () => {
    test("of 200 racing claims on two servers, one wins", async () => {
      const id = await kit.created();
      const claims = await kit.race(200, (store) => store.claim(id, 60_000));
      expect(claims.filter((claim) => claim?.claimed)).toHaveLength(1);
      const losers = claims.filter((claim) => !claim?.claimed);
      expect(losers).toHaveLength(199);
      for (const loser of losers) {
        expect(loser).toEqual({ claimed: false, record: { status: "streaming", length: 0 } });
      }
    });

    test("a stream that ended is not claimed", async () => {
      const { id, epoch } = await kit.streaming();
      const [store, peer] = kit.both;
      await kit.append(store, id, epoch, 0, "all", { status: "done" });
      expect(await peer.claim(id, 60_000)).toEqual({
        claimed: false,
        record: { status: "done", length: 3 },
      });
    });

    test("who claimed a stream that was deleted and made again writes nothing to the new one", async () => {
      const { id, epoch } = await kit.streaming();
      const [store, peer] = kit.both;
      await peer.delete(id);
      await peer.create(id, 60_000);
      expect(await kit.append(store, id, epoch, 0, "old")).toEqual({ state: "lost" });
      const next = await kit.claimed(id);
      expect(next).not.toBe(epoch);
      expect(await kit.append(store, id, epoch, 0, "old")).toEqual({ state: "lost" });
      expect(await store.renew(id, epoch, 60_000)).toEqual({ state: "lost" });
      expect(await kit.append(store, id, next, 0, "new")).toMatchObject({ state: "ok" });
      expect(await kit.text(store, id)).toBe("new");
    });
  });

  describe("append", () => {
    test("appends are read in order, byte for byte, on every server", async () => {
      const { id, epoch } = await kit.streaming();
      const pieces = ["  Hello,", " 世界", "\n\n", "😀\u0000", "\ufeffعربي", " ."];
      await kit.appendAll(id, epoch, pieces);
      for (const store of kit.both) expect(await kit.text(store, id)).toBe(pieces.join(""));
      expect(await kit.peer.status(id)).toEqual({
        status: "streaming",
        length: Buffer.byteLength(pieces.join("")),
      });
    });

    test("a wrong offset or epoch writes nothing", async () => {
      const { id, epoch } = await kit.streaming();
      const [store] = kit.both;
      await kit.append(store, id, epoch, 0, "abc");
      for (const [key, offset] of [
        [epoch, 0],
        [epoch, 2],
        [epoch, 4],
        [epoch + 1, 3],
      ] as const) {
        expect(await kit.append(store, id, key, offset, "xyz!")).toEqual({ state: "lost" });
      }
      expect(await kit.text(store, id)).toBe("abc");
    });

    test("a pending stream takes no text", async () => {
      const id = await kit.created();
      expect(await kit.append(kit.store, id, 1, 0, "x")).toEqual({ state: "lost" });
      expect(await kit.store.renew(id, 1, 60_000)).toEqual({ state: "lost" });
      expect(await kit.store.status(id)).toEqual({ status: "pending", length: 0 });
    });

    test("text and end are one step, and the end is final", async () => {
      const { id, epoch } = await kit.streaming();
      const [store, peer] = kit.both;
      await kit.append(store, id, epoch, 0, "Oh");
      const close = { status: "error", error: "generate_failed" } as const;
      expect(await kit.append(store, id, epoch, 2, " no", close)).toMatchObject({ state: "ok" });
      const end = { status: "error", error: "generate_failed", length: 5 };
      expect(await peer.status(id)).toEqual(end);
      expect(await kit.append(store, id, epoch, 5, "!")).toEqual({ state: "lost" });
      expect(await kit.append(store, id, epoch, 5, "", { status: "done" })).toEqual({
        state: "lost",
      });
      expect(await store.renew(id, epoch, 60_000)).toEqual({ state: "lost" });
      expect(await peer.stop(id)).toEqual(end);
      expect(await peer.status(id)).toEqual(end);
      expect(await kit.text(peer, id)).toBe("Oh no");
    });

    test.each(["done", "stopped", "error", "timeout"] as const)(
      "a stream may end empty, as %s",
      async (status) => {
        const { id, epoch } = await kit.streaming();
        expect(await kit.append(kit.store, id, epoch, 0, "", { status })).toMatchObject({
          state: "ok",
        });
        expect(await kit.peer.status(id)).toEqual({ status, length: 0 });
      },
    );

    test("an append whose answer was lost is ok again, and its text is there once", async () => {
      const { id, epoch } = await kit.streaming();
      const [store] = kit.both;
      await kit.append(store, id, epoch, 0, "One. ");
      const hold = await kit.append(store, id, epoch, 5, "Two. ");
      expect(hold).toEqual({ state: "ok", stopRequested: false });
      expect(await kit.append(store, id, epoch, 5, "Two. ")).toEqual(hold);
      expect(await kit.append(store, id, epoch, 5, "TWO! ")).toEqual({ state: "lost" });
      expect(await kit.append(store, id, epoch, 5, "Two.")).toEqual({ state: "lost" });
      expect(await kit.text(store, id)).toBe("One. Two. ");
      const close = { status: "done" } as const;
      expect(await kit.append(store, id, epoch, 10, "End.", close)).toMatchObject({ state: "ok" });
      expect(await kit.append(store, id, epoch, 10, "End.", close)).toMatchObject({ state: "ok" });
      expect(await kit.append(store, id, epoch, 10, "End.")).toEqual({ state: "lost" });
      expect(await kit.append(store, id, epoch, 10, "End.", { status: "stopped" })).toEqual({
        state: "lost",
      });
      expect(await kit.text(kit.peer, id)).toBe("One. Two. End.");
    });

    test("of racing appends at one offset one is written; the same one repeated is ok", async () => {
      const { id, epoch } = await kit.streaming();
      const holds = await kit.race(40, (store, n) => kit.append(store, id, epoch, 0, `${n % 20}!`));
      const text = await kit.text(kit.store, id);
      holds.forEach((hold, n) => {
        expect(hold.state).toBe(`${n % 20}!` === text ? "ok" : "lost");
      });
    });

    test("60 streams at once: each gets its own text", async () => {
      const streams = await Promise.all(Array.from({ length: 60 }, () => kit.streaming()));
      const pieces = (n: number) => Array.from({ length: 8 }, (_, i) => `${n}:${i}é `);
      await Promise.all(
        streams.map(({ id, epoch }, n) =>
          kit.appendAll(id, epoch, pieces(n), { status: "done" }, kit.both[n % 2]),
        ),
      );
      const texts = await Promise.all(streams.map(({ id }) => kit.text(kit.peer, id)));
      expect(texts).toEqual(streams.map((_, n) => pieces(n).join("")));
    });

    test("a large append stays whole", async () => {
      const { id, epoch } = await kit.streaming();
      const large = "😀 large ".repeat(100_000);
      expect(await kit.append(kit.store, id, epoch, 0, large)).toMatchObject({ state: "ok" });
      expect((await kit.text(kit.peer, id)) === large).toBe(true);
    });
  });

  describe("lease", () => {
    test("a lease that ran out is a timeout on every server, swept or not; its text stays", async () => {
      const { id, epoch } = await kit.streaming();
      const [store, peer] = kit.both;
      await kit.append(store, id, epoch, 0, "kept", undefined, 30);
      await kit.until(peer, id, "timeout");
      expect(await kit.append(store, id, epoch, 4, "late")).toEqual({ state: "lost" });
      expect(await kit.append(store, id, epoch, 4, "", { status: "done" })).toEqual({
        state: "lost",
      });
      expect(await store.renew(id, epoch, 60_000)).toEqual({ state: "lost" });
      for (const each of kit.both) {
        expect(await each.status(id)).toEqual({ status: "timeout", length: 4 });
        expect(await kit.text(each, id)).toBe("kept");
      }
    });

    test("its writer is refused even where nobody has looked", async () => {
      const [stale, probe] = [await kit.streaming(30), await kit.streaming(30)];
      await kit.until(kit.peer, probe.id, "timeout");
      expect(await kit.append(kit.store, stale.id, stale.epoch, 0, "late")).toEqual({
        state: "lost",
      });
      expect(await kit.text(kit.peer, stale.id)).toBe("");
      expect(await kit.peer.status(stale.id)).toEqual({ status: "timeout", length: 0 });
    });

    test("renewing and appending extend it from then on", async () => {
      // Three streams with one lease: it must have run out for one while the others live.
      const lease = 1_000;
      const [renewed, appended, idle] = await Promise.all([
        kit.streaming(lease),
        kit.streaming(lease),
        kit.streaming(lease),
      ]);
      const holds = await Promise.all([
        kit.store.renew(renewed.id, renewed.epoch, 60_000),
        kit.append(kit.store, appended.id, appended.epoch, 0, "x", undefined, 60_000),
      ]);
      expect(holds).toEqual(holds.map(() => ({ state: "ok", stopRequested: false })));
      await kit.until(kit.peer, idle.id, "timeout");
      expect(await kit.peer.status(renewed.id)).toEqual({ status: "streaming", length: 0 });
      expect(await kit.peer.status(appended.id)).toEqual({ status: "streaming", length: 1 });
    });

    test("a stream that was asked to stop, and whose writer died, is stopped", async () => {
      const { id } = await kit.streaming(400);
      expect(await kit.peer.stop(id)).toEqual({ status: "streaming", length: 0 });
      await kit.until(kit.peer, id, "stopped");
      expect(await kit.store.status(id)).toEqual({ status: "stopped", length: 0 });
    });
  });

  describe("read", () => {
    const text = "aé中😀".repeat(40);
    const whole = Buffer.from(text);

    test.each([4, 5, 6, 7, 9, 64, 1_000])(
      "pages of at most %i bytes are whole characters and miss nothing",
      async (maxBytes) => {
        const { id, epoch } = await kit.streaming();
        await kit.appendAll(id, epoch, text.match(/.{1,7}/gu) ?? []);
        const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        let read = "";
        let offset = 0;
        for (;;) {
          const page = await kit.peer.read(id, offset, maxBytes);
          expect(page?.length).toBe(whole.length);
          if (!page || page.bytes.length === 0) break;
          expect(page.bytes.length).toBeLessThanOrEqual(maxBytes);
          read += strict.decode(page.bytes);
          offset += page.bytes.length;
        }
        expect(read).toBe(text);
      },
    );

    test("from any character on, it is the rest", async () => {
      const { id, epoch } = await kit.streaming();
      await kit.appendAll(id, epoch, text.match(/.{1,7}/gu) ?? []);
      let offset = 0;
      for (const character of text) {
        const page = await kit.store.read(id, offset, 10_000);
        expect(Buffer.from(page?.bytes ?? []).equals(whole.subarray(offset))).toBe(true);
        offset += Buffer.byteLength(character);
      }
    });

    test("at the end and past it there is nothing, and that is no error", async () => {
      const { id, epoch } = await kit.streaming();
      await kit.append(kit.store, id, epoch, 0, "abc");
      for (const offset of [3, 4, 1_000_000, Number.MAX_SAFE_INTEGER]) {
        const page = await kit.peer.read(id, offset, 100);
        expect(page).toMatchObject({ status: "streaming", length: 3 });
        expect(page?.bytes).toHaveLength(0);
      }
    });

    test("while it is written, each page is one view: what it brings is within its length, and an end means all is there", async () => {
      const { id, epoch } = await kit.streaming();
      const pieces = Array.from({ length: 60 }, (_, n) => `${n}é `);
      const truth = Buffer.from(pieces.join(""));
      const writing = kit.appendAll(id, epoch, pieces, { status: "done" });
      for (let offset = 0; ; ) {
        const page = await kit.peer.read(id, offset, 10_000);
        if (!page) throw new Error("the stream is gone");
        // A store that answers at once would leave the writer no turn.
        await setImmediate();
        const end = offset + page.bytes.length;
        expect(truth.subarray(offset, end).equals(page.bytes)).toBe(true);
        expect(page.length).toBe(end);
        offset = end;
        if (page.status === "done") {
          expect(end).toBe(truth.length);
          break;
        }
      }
      await writing;
    });
  });

  describe("stop", () => {
    test("a pending stream is stopped at once, and not claimed any more", async () => {
      const id = await kit.created();
      expect(await kit.peer.stop(id)).toEqual({ status: "stopped", length: 0 });
      expect(await kit.store.claim(id, 60_000)).toEqual({
        claimed: false,
        record: { status: "stopped", length: 0 },
      });
    });

    test("a streaming one's writer learns of it, writes its tail, and ends it", async () => {
      const { id, epoch } = await kit.streaming();
      const [store, peer] = kit.both;
      await kit.append(store, id, epoch, 0, "So far");
      expect(await peer.stop(id)).toEqual({ status: "streaming", length: 6 });
      expect(await peer.stop(id)).toEqual({ status: "streaming", length: 6 });
      const asked = { state: "ok", stopRequested: true };
      expect(await store.renew(id, epoch, 60_000)).toEqual(asked);
      expect(await kit.append(store, id, epoch, 6, ", so")).toEqual(asked);
      expect(await kit.append(store, id, epoch, 6, ", so")).toEqual(asked);
      const close = { status: "stopped" } as const;
      expect(await kit.append(store, id, epoch, 10, " good", close)).toEqual(asked);
      expect(await peer.status(id)).toEqual({ status: "stopped", length: 15 });
      expect(await peer.stop(id)).toEqual({ status: "stopped", length: 15 });
      expect(await kit.text(peer, id)).toBe("So far, so good");
    });

    test("a stop that comes with the end changes nothing", async () => {
      for (let round = 0; round < 10; round++) {
        const { id, epoch } = await kit.streaming();
        const [hold] = await Promise.all([
          kit.append(kit.store, id, epoch, 0, "all", { status: "done" }),
          kit.peer.stop(id),
        ]);
        expect(hold.state).toBe("ok");
        expect(await kit.peer.status(id)).toEqual({ status: "done", length: 3 });
      }
    });

    test("a stop that races the claim is either at once or asked for", async () => {
      for (let round = 0; round < 10; round++) {
        const id = await kit.created();
        const [claim] = await Promise.all([kit.store.claim(id, 60_000), kit.peer.stop(id)]);
        if (claim?.claimed) {
          expect(await kit.store.renew(id, claim.epoch, 60_000)).toEqual({
            state: "ok",
            stopRequested: true,
          });
        } else {
          expect(await kit.store.status(id)).toEqual({ status: "stopped", length: 0 });
        }
      }
    });
  });

  describe("delete", () => {
    test("it is gone for everyone, text and all, once", async () => {
      const { id, epoch } = await kit.streaming();
      const [store, peer] = kit.both;
      await kit.append(store, id, epoch, 0, "gone");
      expect(await peer.delete(id)).toBe(true);
      expect(await peer.delete(id)).toBe(false);
      expect(await store.status(id)).toBeUndefined();
      expect(await kit.append(store, id, epoch, 4, "x")).toEqual({ state: "gone" });
      expect(await store.renew(id, epoch, 60_000)).toEqual({ state: "gone" });
      expect(await store.create(id, 60_000)).toBe(true);
      expect(await kit.text(store, id)).toBe("");
    });

    test("a delete that races appends leaves nothing behind", async () => {
      for (let round = 0; round < 10; round++) {
        const { id, epoch } = await kit.streaming();
        const writing = (async () => {
          for (let offset = 0; offset < 50; offset++) {
            const { state } = await kit.append(kit.store, id, epoch, offset, "x");
            if (state !== "ok") return state;
          }
          return "ok";
        })();
        expect(await kit.peer.delete(id)).toBe(true);
        expect(await writing).toBe("gone");
        await kit.store.create(id, 60_000);
        await kit.append(kit.store, id, await kit.claimed(id), 0, "new");
        expect(await kit.text(kit.peer, id)).toBe("new");
      }
    });
  });

  describe("sweep", () => {
    test("it ends what ran out and deletes what is old, and leaves the rest", async () => {
      const own = await createKit(open);
      onTestFinished(() => own.close());
      const { store, peer } = own;
      const keep = Number.MAX_SAFE_INTEGER;
      expect(await store.sweep(0)).toBe(0);

      const pending = await own.created();
      const live = await own.streaming();
      await own.append(store, live.id, live.epoch, 0, "live");
      const ended = await own.streaming();
      await own.append(store, ended.id, ended.epoch, 0, "ended", { status: "done" });
      const [unclaimed, dead, stopped] = [
        randomUUID(),
        await own.streaming(),
        await own.streaming(),
      ];
      await store.create(unclaimed, 30);
      await own.append(store, dead.id, dead.epoch, 0, "dead", undefined, 30);
      await store.stop(stopped.id);
      await store.renew(stopped.id, stopped.epoch, 30);
      // A reader's look may make them final: another one, with the same lease, tells when it is over.
      const probe = await own.streaming(60);
      await own.until(store, probe.id, "timeout");
      await store.delete(probe.id);

      expect(await peer.sweep(keep)).toBe(3);
      expect(await peer.sweep(keep)).toBe(0);
      expect(await store.status(unclaimed)).toEqual({ status: "timeout", length: 0 });
      expect(await store.status(dead.id)).toEqual({ status: "timeout", length: 4 });
      expect(await store.status(stopped.id)).toEqual({ status: "stopped", length: 0 });
      expect(await peer.sweep(600_000)).toBe(0);

      expect(await peer.sweep(0)).toBe(4);
      for (const id of [unclaimed, dead.id, stopped.id, ended.id]) {
        expect(await store.status(id)).toBeUndefined();
      }
      expect(await store.create(ended.id, 60_000)).toBe(true);
      expect(await own.text(store, ended.id)).toBe("");
      expect(await store.status(pending)).toEqual({ status: "pending", length: 0 });
      expect(await own.text(peer, live.id)).toBe("live");
    });

    test("one sweep takes all that there is, however much", async () => {
      const own = await createKit(open);
      onTestFinished(() => own.close());
      const ids = Array.from({ length: 1100 }, () => randomUUID());
      await Promise.all(ids.map((id) => own.store.create(id, 60_000)));
      await Promise.all(ids.map((id) => own.store.stop(id)));
      expect(await own.peer.sweep(0)).toBe(1100);
      expect(await own.store.status(ids[0]!)).toBeUndefined();
    });

    test("sweeps that race count each stream once", async () => {
      const own = await createKit(open);
      onTestFinished(() => own.close());
      for (let n = 0; n < 30; n++) {
        const { id, epoch } = await own.streaming();
        await own.append(own.store, id, epoch, 0, "x", { status: "done" });
      }
      let swept = 0;
      for (let round = 0; swept < 30 && round < 20; round++) {
        const counts = await own.race(4, (store) => store.sweep(0));
        swept += counts.reduce((sum, count) => sum + count, 0);
      }
      expect(swept).toBe(30);
    });
  });

  describe("watch", () => {
    test.each(["the same server", "another server"])(
      "every change on %s wakes, and a stop or delete says so",
      async (where) => {
        const [store] = kit.both;
        const watcher = where === "the same server" ? store : kit.peer;
        const { id, epoch } = await kit.streaming();
        let changes: Change[] = [];
        const leave = await watcher.watch(id, (change) => changes.push(change));
        onTestFinished(leave);
        const wakes = async (change: Change, step: () => Promise<unknown>) => {
          changes = [];
          await step();
          await vi.waitFor(() => expect(changes).toContain(change), kit.patience);
        };
        await wakes("text", () => kit.append(store, id, epoch, 0, "a"));
        await wakes("control", () => store.stop(id));
        await wakes("text", () => kit.append(store, id, epoch, 1, "b", { status: "stopped" }));
        await wakes("control", () => store.delete(id));
      },
    );

    test("a writer's own text never looks like a stop", async () => {
      const { id, epoch } = await kit.streaming();
      const changes: Change[] = [];
      onTestFinished(await kit.store.watch(id, (change) => changes.push(change)));
      await kit.appendAll(id, epoch, ["a", "b", "c"], { status: "done" });
      expect(changes).not.toContain("control");
      expect(changes).toContain("text");
    });

    test("a pending stream's stop wakes", async () => {
      const id = await kit.created();
      const woken = vi.fn();
      onTestFinished(await kit.peer.watch(id, woken));
      await kit.store.stop(id);
      await vi.waitFor(() => expect(woken).toHaveBeenCalledWith("control"), kit.patience);
    });

    test("a change right after watch resolved is never missed", async () => {
      for (let round = 0; round < 50; round++) {
        const { id, epoch } = await kit.streaming();
        let wake = () => {};
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const leave = await kit.peer.watch(id, () => wake());
        await kit.append(kit.store, id, epoch, 0, "x");
        await woken;
        leave();
      }
    });

    test("a claim wakes", async () => {
      const id = await kit.created();
      const woken = vi.fn();
      onTestFinished(await kit.peer.watch(id, woken));
      await kit.claimed(id);
      await vi.waitFor(() => expect(woken).toHaveBeenCalled(), kit.patience);
    });

    test("who reads only when woken gets the whole text", async () => {
      const { id, epoch } = await kit.streaming();
      const pieces = Array.from({ length: 100 }, (_, n) => `${n} `);
      const followers = kit.both.map((store) => kit.follow(store, id));
      await kit.appendAll(id, epoch, pieces, { status: "done" });
      expect(await Promise.all(followers)).toEqual(followers.map(() => pieces.join("")));
    });

    test("who left is not called any more, and the others are", async () => {
      const { id, epoch } = await kit.streaming();
      const [gone, stays] = [vi.fn(), vi.fn()];
      const leave = await kit.peer.watch(id, gone);
      onTestFinished(await kit.peer.watch(id, stays));
      leave();
      leave();
      // The claim may have been heard of while it still watched.
      gone.mockClear();
      await kit.append(kit.store, id, epoch, 0, "x");
      await vi.waitFor(() => expect(stays).toHaveBeenCalled(), kit.patience);
      expect(gone).not.toHaveBeenCalled();
    });

    test("one function that watches twice leaves once for each", async () => {
      const { id, epoch } = await kit.streaming();
      const woken = vi.fn();
      const leave = await kit.peer.watch(id, woken);
      onTestFinished(await kit.peer.watch(id, woken));
      leave();
      await kit.append(kit.store, id, epoch, 0, "x");
      await vi.waitFor(() => expect(woken).toHaveBeenCalled(), kit.patience);
    });
  });

  describe("close", () => {
    test("watches end, data stays, and closing twice is fine", async () => {
      const own = await createKit(open);
      onTestFinished(() => own.close());
      const { id, epoch } = await own.streaming();
      const woken = vi.fn();
      await own.peer.watch(id, woken);
      if (own.peer !== own.store) {
        await own.peer.close();
        await own.peer.close();
        await own.append(own.store, id, epoch, 0, "after", { status: "done" });
        expect(await own.text(own.store, id)).toBe("after");
        expect(woken).not.toHaveBeenCalled();
      } else {
        await own.store.close();
        await own.store.close();
      }
    });
  });
}
