import { describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";

export function leaseCases(fixture: () => Fixture): void {
  describe("lease", () => {
    test("a lease that ran out reads as timeout on every server, swept or not; its text stays", async () => {
      const { id, token } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, token, 0, "kept", undefined, 30);
      await fixture().until(peer, id, "timeout");
      expect(await fixture().append(store, id, token, 4, "late")).toEqual({ state: "lost" });
      expect(await fixture().append(store, id, token, 4, "", { status: "done" })).toEqual({
        state: "lost",
      });
      expect(await store.renew(id, token, 60_000)).toEqual({ state: "lost" });
      for (const each of fixture().both) {
        expect(await each.status(id)).toEqual({
          status: "timeout",
          reason: "crash",
          length: 4,
          epoch: 1,
        });
        expect(await fixture().text(each, id)).toBe("kept");
      }
    });

    test("its producer is refused even if nobody has read the stream since", async () => {
      const [stale, probe] = [await fixture().streaming(30), await fixture().streaming(30)];
      await fixture().until(fixture().peer, probe.id, "timeout");
      expect(await fixture().append(fixture().store, stale.id, stale.token, 0, "late")).toEqual({
        state: "lost",
      });
      expect(await fixture().text(fixture().peer, stale.id)).toBe("");
      expect(await fixture().peer.status(stale.id)).toEqual({
        status: "timeout",
        reason: "crash",
        length: 0,
        epoch: 1,
      });
    });

    test("a renewal and an append extend the lease", async () => {
      // Three streams with one lease: it must have run out for one while the others live.
      const lease = 1_000;
      const [renewed, appended, idle] = await Promise.all([
        fixture().streaming(lease),
        fixture().streaming(lease),
        fixture().streaming(lease),
      ]);
      const results = await Promise.all([
        fixture().store.renew(renewed.id, renewed.token, 60_000),
        fixture().append(fixture().store, appended.id, appended.token, 0, "x", undefined, 60_000),
      ]);
      expect(results).toEqual(results.map(() => ({ state: "ok", stopRequested: false })));
      await fixture().until(fixture().peer, idle.id, "timeout");
      expect(await fixture().peer.status(renewed.id)).toEqual({
        status: "streaming",
        length: 0,
        epoch: 1,
      });
      expect(await fixture().peer.status(appended.id)).toEqual({
        status: "streaming",
        length: 1,
        epoch: 1,
      });
    });

    test("a stream with a stop requested and a dead producer ends as stopped", async () => {
      const { id } = await fixture().streaming(400);
      expect(await fixture().peer.stop(id)).toEqual({ status: "streaming", length: 0, epoch: 1 });
      await fixture().until(fixture().peer, id, "stopped");
      expect(await fixture().store.status(id)).toEqual({ status: "stopped", length: 0, epoch: 1 });
    });
  });
}
