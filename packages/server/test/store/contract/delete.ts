import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";

export function deleteCases(fixture: () => Fixture): void {
  describe("delete", () => {
    test("the stream and its text are gone on every server, and a second delete returns false", async () => {
      const { id, token } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, token, 0, "gone");
      expect(await peer.delete(id)).toBe(true);
      expect(await peer.delete(id)).toBe(false);
      expect(await store.status(id)).toBeUndefined();
      expect(await fixture().append(store, id, token, 4, "x")).toEqual({ state: "gone" });
      expect(await store.renew(id, token, 60_000)).toEqual({ state: "gone" });
      expect(await store.create(id, { pendingMs: 60_000 })).toBe(true);
      expect(await fixture().text(store, id)).toBe("");
    });

    test("a deleted stream is known as deleted, and an unknown one is not", async () => {
      const { id } = await fixture().streaming();
      const [store, peer] = fixture().both;
      expect(await peer.isDeleted(id)).toBe(false);
      await store.delete(id);
      expect(await peer.isDeleted(id)).toBe(true);
      expect(await store.isDeleted(randomUUID())).toBe(false);
      await store.delete(id);
      expect(await store.isDeleted(id)).toBe(true);
    });

    test("a claim that creates does not make a stream that was deleted", async () => {
      const { id, token } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, token, 0, "once", { status: "done" });
      await peer.delete(id);
      for (const each of fixture().both) {
        const claim = { token, leaseMs: 60_000, create: { tags: ["again"] } };
        expect(await each.claim(id, claim)).toBeUndefined();
        expect(await fixture().claim(each, id, 60_000, {})).toBeUndefined();
        expect(await each.status(id)).toBeUndefined();
      }
      expect(await store.isDeleted(id)).toBe(true);
    });

    test("a stream that was deleted can be created again, and is not known as deleted then", async () => {
      const { id, token } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, token, 0, "old", { status: "done" });
      await store.delete(id);
      expect(await peer.create(id, { pendingMs: 60_000 })).toBe(true);
      expect(await store.isDeleted(id)).toBe(false);
      expect(await fixture().claim(store, id, 60_000, {})).toEqual({ claimed: true, epoch: 1 });
      expect(await fixture().text(peer, id)).toBe("");
      await peer.delete(id);
      expect(await store.isDeleted(id)).toBe(true);
    });

    test("a claim that creates and races a delete never leaves a stream that was made again", async () => {
      for (let round = 0; round < 20; round++) {
        const { id } = await fixture().streaming();
        const [deleted, ...claims] = await Promise.all([
          fixture().peer.delete(id),
          ...Array.from({ length: 4 }, () => fixture().claim(fixture().store, id, 60_000, {})),
        ]);
        expect(deleted).toBe(true);
        for (const claim of claims) expect(claim?.claimed).not.toBe(true);
        expect(await fixture().store.status(id)).toBeUndefined();
        expect(await fixture().peer.isDeleted(id)).toBe(true);
      }
    });

    test("a delete that races appends leaves nothing behind", async () => {
      for (let round = 0; round < 10; round++) {
        const { id, token } = await fixture().streaming();
        const writing = (async () => {
          for (let offset = 0; offset < 50; offset++) {
            const { state } = await fixture().append(fixture().store, id, token, offset, "x");
            if (state !== "ok") return state;
          }
          return "ok";
        })();
        expect(await fixture().peer.delete(id)).toBe(true);
        expect(await writing).toBe("gone");
        await fixture().store.create(id, { pendingMs: 60_000 });
        await fixture().append(fixture().store, id, await fixture().claimed(id), 0, "new");
        expect(await fixture().text(fixture().peer, id)).toBe("new");
      }
    });
  });
}
