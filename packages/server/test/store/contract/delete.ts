import { describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";

export function deleteCases(fixture: () => Fixture): void {
  describe("delete", () => {
    test("the stream and its text are gone on every server, and a second delete returns false", async () => {
      const { id, epoch } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, epoch, 0, "gone");
      expect(await peer.delete(id)).toBe(true);
      expect(await peer.delete(id)).toBe(false);
      expect(await store.status(id)).toBeUndefined();
      expect(await fixture().append(store, id, epoch, 4, "x")).toEqual({ state: "gone" });
      expect(await store.renew(id, epoch, 60_000)).toEqual({ state: "gone" });
      expect(await store.create(id, 60_000)).toBe(true);
      expect(await fixture().text(store, id)).toBe("");
    });

    test("a delete that races appends leaves nothing behind", async () => {
      for (let round = 0; round < 10; round++) {
        const { id, epoch } = await fixture().streaming();
        const writing = (async () => {
          for (let offset = 0; offset < 50; offset++) {
            const { state } = await fixture().append(fixture().store, id, epoch, offset, "x");
            if (state !== "ok") return state;
          }
          return "ok";
        })();
        expect(await fixture().peer.delete(id)).toBe(true);
        expect(await writing).toBe("gone");
        await fixture().store.create(id, 60_000);
        await fixture().append(fixture().store, id, await fixture().claimed(id), 0, "new");
        expect(await fixture().text(fixture().peer, id)).toBe("new");
      }
    });
  });
}
