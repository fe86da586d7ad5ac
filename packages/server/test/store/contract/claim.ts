import { describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";

export function claimCases(fixture: () => Fixture): void {
  describe("claim", () => {
    test("of 200 racing claims on two servers, one wins", async () => {
      const id = await fixture().created();
      const claims = await fixture().race(200, (store) => store.claim(id, 60_000));
      expect(claims.filter((claim) => claim?.claimed)).toHaveLength(1);
      const losers = claims.filter((claim) => !claim?.claimed);
      expect(losers).toHaveLength(199);
      for (const loser of losers) {
        expect(loser).toEqual({ claimed: false, record: { status: "streaming", length: 0 } });
      }
    });

    test("a stream that has ended cannot be claimed", async () => {
      const { id, epoch } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, epoch, 0, "all", { status: "done" });
      expect(await peer.claim(id, 60_000)).toEqual({
        claimed: false,
        record: { status: "done", length: 3 },
      });
    });

    test("a producer of a stream that was deleted and created again cannot write to the new one", async () => {
      const { id, epoch } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await peer.delete(id);
      await peer.create(id, 60_000);
      expect(await fixture().append(store, id, epoch, 0, "old")).toEqual({ state: "lost" });
      const next = await fixture().claimed(id);
      expect(next).not.toBe(epoch);
      expect(await fixture().append(store, id, epoch, 0, "old")).toEqual({ state: "lost" });
      expect(await store.renew(id, epoch, 60_000)).toEqual({ state: "lost" });
      expect(await fixture().append(store, id, next, 0, "new")).toMatchObject({ state: "ok" });
      expect(await fixture().text(store, id)).toBe("new");
    });
  });
}
