import { describe, expect, test } from "vitest";
import type { Kit } from "./fixture.ts";

export function stopCases(kit: () => Kit): void {
  describe("stop", () => {
    test("a pending stream is stopped at once, and not claimed any more", async () => {
      const id = await kit().created();
      expect(await kit().peer.stop(id)).toEqual({ status: "stopped", length: 0 });
      expect(await kit().store.claim(id, 60_000)).toEqual({
        claimed: false,
        record: { status: "stopped", length: 0 },
      });
    });

    test("a streaming one's writer learns of it, writes its tail, and ends it", async () => {
      const { id, epoch } = await kit().streaming();
      const [store, peer] = kit().both;
      await kit().append(store, id, epoch, 0, "So far");
      expect(await peer.stop(id)).toEqual({ status: "streaming", length: 6 });
      expect(await peer.stop(id)).toEqual({ status: "streaming", length: 6 });
      const asked = { state: "ok", stopRequested: true };
      expect(await store.renew(id, epoch, 60_000)).toEqual(asked);
      expect(await kit().append(store, id, epoch, 6, ", so")).toEqual(asked);
      expect(await kit().append(store, id, epoch, 6, ", so")).toEqual(asked);
      const close = { status: "stopped" } as const;
      expect(await kit().append(store, id, epoch, 10, " good", close)).toEqual(asked);
      expect(await peer.status(id)).toEqual({ status: "stopped", length: 15 });
      expect(await peer.stop(id)).toEqual({ status: "stopped", length: 15 });
      expect(await kit().text(peer, id)).toBe("So far, so good");
    });

    test("a stop that comes with the end changes nothing", async () => {
      for (let round = 0; round < 10; round++) {
        const { id, epoch } = await kit().streaming();
        const [hold] = await Promise.all([
          kit().append(kit().store, id, epoch, 0, "all", { status: "done" }),
          kit().peer.stop(id),
        ]);
        expect(hold.state).toBe("ok");
        expect(await kit().peer.status(id)).toEqual({ status: "done", length: 3 });
      }
    });

    test("a stop that races the claim is either at once or asked for", async () => {
      for (let round = 0; round < 10; round++) {
        const id = await kit().created();
        const [claim] = await Promise.all([kit().store.claim(id, 60_000), kit().peer.stop(id)]);
        if (claim?.claimed) {
          expect(await kit().store.renew(id, claim.epoch, 60_000)).toEqual({
            state: "ok",
            stopRequested: true,
          });
        } else {
          expect(await kit().store.status(id)).toEqual({ status: "stopped", length: 0 });
        }
      }
    });
  });
}
