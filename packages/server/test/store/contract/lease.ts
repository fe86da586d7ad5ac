import { describe, expect, test } from "vitest";
import type { Kit } from "./fixture.ts";

export function leaseCases(kit: () => Kit): void {
  describe("lease", () => {
    test("a lease that ran out is a timeout on every server, swept or not; its text stays", async () => {
      const { id, epoch } = await kit().streaming();
      const [store, peer] = kit().both;
      await kit().append(store, id, epoch, 0, "kept", undefined, 30);
      await kit().until(peer, id, "timeout");
      expect(await kit().append(store, id, epoch, 4, "late")).toEqual({ state: "lost" });
      expect(await kit().append(store, id, epoch, 4, "", { status: "done" })).toEqual({
        state: "lost",
      });
      expect(await store.renew(id, epoch, 60_000)).toEqual({ state: "lost" });
      for (const each of kit().both) {
        expect(await each.status(id)).toEqual({ status: "timeout", length: 4 });
        expect(await kit().text(each, id)).toBe("kept");
      }
    });

    test("its writer is refused even where nobody has looked", async () => {
      const [stale, probe] = [await kit().streaming(30), await kit().streaming(30)];
      await kit().until(kit().peer, probe.id, "timeout");
      expect(await kit().append(kit().store, stale.id, stale.epoch, 0, "late")).toEqual({
        state: "lost",
      });
      expect(await kit().text(kit().peer, stale.id)).toBe("");
      expect(await kit().peer.status(stale.id)).toEqual({ status: "timeout", length: 0 });
    });

    test("renewing and appending extend it from then on", async () => {
      // Three streams with one lease: it must have run out for one while the others live.
      const lease = 1_000;
      const [renewed, appended, idle] = await Promise.all([
        kit().streaming(lease),
        kit().streaming(lease),
        kit().streaming(lease),
      ]);
      const holds = await Promise.all([
        kit().store.renew(renewed.id, renewed.epoch, 60_000),
        kit().append(kit().store, appended.id, appended.epoch, 0, "x", undefined, 60_000),
      ]);
      expect(holds).toEqual(holds.map(() => ({ state: "ok", stopRequested: false })));
      await kit().until(kit().peer, idle.id, "timeout");
      expect(await kit().peer.status(renewed.id)).toEqual({ status: "streaming", length: 0 });
      expect(await kit().peer.status(appended.id)).toEqual({ status: "streaming", length: 1 });
    });

    test("a stream that was asked to stop, and whose writer died, is stopped", async () => {
      const { id } = await kit().streaming(400);
      expect(await kit().peer.stop(id)).toEqual({ status: "streaming", length: 0 });
      await kit().until(kit().peer, id, "stopped");
      expect(await kit().store.status(id)).toEqual({ status: "stopped", length: 0 });
    });
  });
}
