import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { createFixture, type OpenStores } from "./fixture.ts";

export function sweepCases(open: OpenStores): void {
  describe("sweep", () => {
    test("a sweep ends what ran out, deletes what is old, and leaves the rest", async () => {
      const own = await createFixture(open);
      onTestFinished(() => own.close());
      const { store, peer } = own;
      const keep = Number.MAX_SAFE_INTEGER;
      expect(await store.sweep(0)).toBe(0);

      const pending = await own.created();
      const live = await own.streaming();
      await own.append(store, live.id, live.token, 0, "live");
      const ended = await own.streaming();
      await own.append(store, ended.id, ended.token, 0, "ended", { status: "done" });
      const [unclaimed, dead, stopped] = [
        randomUUID(),
        await own.streaming(),
        await own.streaming(),
      ];
      await store.create(unclaimed, { pendingMs: 30 });
      await own.append(store, dead.id, dead.token, 0, "dead", undefined, 30);
      await store.stop(stopped.id);
      await store.renew(stopped.id, stopped.token, 30);
      // A read would make them final, so a stream of its own, with the same lease, shows when it is over.
      const probe = await own.streaming(60);
      await own.until(store, probe.id, "timeout");
      await store.delete(probe.id);

      expect(await peer.sweep(keep)).toBe(3);
      expect(await peer.sweep(keep)).toBe(0);
      expect(await store.status(unclaimed)).toEqual({
        status: "timeout",
        reason: "undriven",
        length: 0,
        epoch: 0,
      });
      expect(await store.status(dead.id)).toEqual({
        status: "timeout",
        reason: "crash",
        length: 4,
        epoch: 1,
      });
      expect(await store.status(stopped.id)).toEqual({ status: "stopped", length: 0, epoch: 1 });
      expect(await peer.sweep(600_000)).toBe(0);

      expect(await peer.sweep(0)).toBe(4);
      for (const id of [unclaimed, dead.id, stopped.id, ended.id]) {
        expect(await store.status(id)).toBeUndefined();
        expect(await store.isDeleted(id)).toBe(true);
        expect(await own.claim(store, id, 60_000, {})).toBeUndefined();
      }
      expect(await store.create(ended.id, { pendingMs: 60_000 })).toBe(true);
      expect(await own.text(store, ended.id)).toBe("");
      expect(await store.status(pending)).toEqual({ status: "pending", length: 0, epoch: 0 });
      expect(await own.text(peer, live.id)).toBe("live");
    });

    test("one sweep handles any number of streams", async () => {
      const own = await createFixture(open);
      onTestFinished(() => own.close());
      const ids = Array.from({ length: 1100 }, () => randomUUID());
      await Promise.all(ids.map((id) => own.store.create(id, { pendingMs: 60_000 })));
      await Promise.all(ids.map((id) => own.store.stop(id)));
      expect(await own.peer.sweep(0)).toBe(1100);
      expect(await own.store.status(ids[0]!)).toBeUndefined();
    });

    test("sweeps that race count each stream once", async () => {
      const own = await createFixture(open);
      onTestFinished(() => own.close());
      for (let n = 0; n < 30; n++) {
        const { id, token } = await own.streaming();
        await own.append(own.store, id, token, 0, "x", { status: "done" });
      }
      let swept = 0;
      for (let round = 0; swept < 30 && round < 20; round++) {
        const counts = await own.race(4, (store) => store.sweep(0));
        swept += counts.reduce((sum, count) => sum + count, 0);
      }
      expect(swept).toBe(30);
    });
  });
}
