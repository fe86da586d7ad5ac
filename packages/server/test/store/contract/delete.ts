import { describe, expect, test } from "vitest";
import type { Kit } from "./fixture.ts";

export function deleteCases(kit: () => Kit): void {
  describe("delete", () => {
    test("it is gone for everyone, text and all, once", async () => {
      const { id, epoch } = await kit().streaming();
      const [store, peer] = kit().both;
      await kit().append(store, id, epoch, 0, "gone");
      expect(await peer.delete(id)).toBe(true);
      expect(await peer.delete(id)).toBe(false);
      expect(await store.status(id)).toBeUndefined();
      expect(await kit().append(store, id, epoch, 4, "x")).toEqual({ state: "gone" });
      expect(await store.renew(id, epoch, 60_000)).toEqual({ state: "gone" });
      expect(await store.create(id, 60_000)).toBe(true);
      expect(await kit().text(store, id)).toBe("");
    });

    test("a delete that races appends leaves nothing behind", async () => {
      for (let round = 0; round < 10; round++) {
        const { id, epoch } = await kit().streaming();
        const writing = (async () => {
          for (let offset = 0; offset < 50; offset++) {
            const { state } = await kit().append(kit().store, id, epoch, offset, "x");
            if (state !== "ok") return state;
          }
          return "ok";
        })();
        expect(await kit().peer.delete(id)).toBe(true);
        expect(await writing).toBe("gone");
        await kit().store.create(id, 60_000);
        await kit().append(kit().store, id, await kit().claimed(id), 0, "new");
        expect(await kit().text(kit().peer, id)).toBe("new");
      }
    });
  });
}
