import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";

export function stopCases(fixture: () => Fixture): void {
  describe("stop", () => {
    test("a pending stream is stopped at once, and cannot be claimed any more", async () => {
      const id = await fixture().created();
      expect(await fixture().peer.stop(id)).toEqual({ status: "stopped", length: 0, epoch: 0 });
      expect(await fixture().claim(fixture().store, id, 60_000)).toEqual({
        claimed: false,
        record: { status: "stopped", length: 0, epoch: 0 },
      });
    });

    test("the producer of a streaming one learns of the stop, writes its tail, and ends the stream", async () => {
      const { id, token } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, token, 0, "So far");
      expect(await peer.stop(id)).toEqual({ status: "streaming", length: 6, epoch: 1 });
      expect(await peer.stop(id)).toEqual({ status: "streaming", length: 6, epoch: 1 });
      const asked = { state: "ok", stopRequested: true };
      expect(await store.renew(id, token, 60_000)).toEqual(asked);
      expect(await fixture().append(store, id, token, 6, ", so")).toEqual(asked);
      expect(await fixture().append(store, id, token, 6, ", so")).toEqual(asked);
      const close = { status: "stopped" } as const;
      expect(await fixture().append(store, id, token, 10, " good", close)).toEqual(asked);
      expect(await peer.status(id)).toEqual({ status: "stopped", length: 15, epoch: 1 });
      expect(await peer.stop(id)).toEqual({ status: "stopped", length: 15, epoch: 1 });
      expect(await fixture().text(peer, id)).toBe("So far, so good");
    });

    test("a stop that races the end changes nothing", async () => {
      for (let round = 0; round < 10; round++) {
        const { id, token } = await fixture().streaming();
        const [result] = await Promise.all([
          fixture().append(fixture().store, id, token, 0, "all", { status: "done" }),
          fixture().peer.stop(id),
        ]);
        expect(result.state).toBe("ok");
        expect(await fixture().peer.status(id)).toEqual({ status: "done", length: 3, epoch: 1 });
      }
    });

    test("a stop that races the claim ends the stream at once or is requested", async () => {
      for (let round = 0; round < 10; round++) {
        const id = await fixture().created();
        const token = randomUUID();
        const [claim] = await Promise.all([
          fixture().store.claim(id, { token, leaseMs: 60_000 }),
          fixture().peer.stop(id),
        ]);
        if (claim?.claimed) {
          expect(await fixture().store.renew(id, token, 60_000)).toEqual({
            state: "ok",
            stopRequested: true,
          });
        } else {
          expect(await fixture().store.status(id)).toEqual({
            status: "stopped",
            length: 0,
            epoch: 0,
          });
        }
      }
    });
  });
}
