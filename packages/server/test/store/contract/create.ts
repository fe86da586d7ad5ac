import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Fixture } from "./fixture.ts";

export function createCases(fixture: () => Fixture): void {
  describe("create", () => {
    test("a new stream is pending and empty, on every server", async () => {
      const id = await fixture().created();
      for (const store of fixture().both) {
        expect(await store.status(id)).toEqual({ status: "pending", length: 0, epoch: 0 });
        expect(await store.read(id, 0, 100)).toMatchObject({
          status: "pending",
          length: 0,
          epoch: 0,
        });
        expect((await store.read(id, 0, 100))?.bytes).toHaveLength(0);
      }
    });

    test("of 50 racing creates of one id, one returns true", async () => {
      const id = randomUUID();
      const made = await fixture().race(50, (store) => store.create(id, { pendingMs: 60_000 }));
      expect(made.filter(Boolean)).toHaveLength(1);
    });

    test("every step reports a stream that does not exist", async () => {
      const id = randomUUID();
      for (const store of fixture().both) {
        expect(await store.status(id)).toBeUndefined();
        expect(await store.read(id, 0, 10)).toBeUndefined();
        expect(await fixture().claim(store, id, 1_000)).toBeUndefined();
        expect(await store.stop(id)).toBeUndefined();
        expect(await store.delete(id)).toBe(false);
        expect(await store.renew(id, "nobody", 1_000)).toEqual({ state: "gone" });
        expect(await fixture().append(store, id, "nobody", 0, "x")).toEqual({ state: "gone" });
      }
    });

    test("an id may contain any character", async () => {
      const id = `it's {"a"}:%\\ é 中 😀 [*?] ${randomUUID()}`;
      const [store, peer] = fixture().both;
      expect(await store.create(id, { pendingMs: 60_000 })).toBe(true);
      const woken = vi.fn();
      onTestFinished(await peer.watch(id, woken));
      const token = await fixture().claimed(id);
      await fixture().append(store, id, token, 0, "text");
      await vi.waitFor(() => expect(woken).toHaveBeenCalledWith("text"), fixture().patience);
      expect(await fixture().text(peer, id)).toBe("text");
      expect(await store.delete(id)).toBe(true);
    });

    test("a pending stream that nobody claimed in time reads as timeout, for good", async () => {
      const id = randomUUID();
      const [store, peer] = fixture().both;
      await store.create(id, { pendingMs: 30 });
      await fixture().until(peer, id, "timeout");
      const undriven = { status: "timeout", reason: "undriven", length: 0, epoch: 0 };
      for (const each of fixture().both) expect(await each.status(id)).toEqual(undriven);
      expect(await fixture().claim(store, id, 60_000)).toEqual({
        claimed: false,
        record: undriven,
      });
      expect(await store.stop(id)).toEqual(undriven);
      expect(await store.create(id, { pendingMs: 60_000 })).toBe(false);
    });
  });
}
