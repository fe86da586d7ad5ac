import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";

export function tagCases(fixture: () => Fixture): void {
  describe("tags", () => {
    test("tags are kept in their order, and returned by claim, status, read and stop", async () => {
      const id = randomUUID();
      const [store, peer] = fixture().both;
      const tags = ["user:42", `it's {"a"}, \\ % é 中 😀 [*?]`, "NULL", "a,b", "", "ü".repeat(128)];
      expect(await store.create(id, { pendingMs: 60_000, tags })).toBe(true);
      expect(await peer.status(id)).toEqual({ status: "pending", length: 0, epoch: 0, tags });
      const token = randomUUID();
      const claim = await peer.claim(id, { token, leaseMs: 60_000 });
      expect(claim).toEqual({ claimed: true, epoch: 1, tags });
      await fixture().append(store, id, token, 0, "text");
      const record = { status: "streaming", length: 4, epoch: 1, tags };
      expect(await store.read(id, 0, 10)).toMatchObject(record);
      expect(await peer.stop(id)).toEqual(record);
      await fixture().append(store, id, token, 4, "", { status: "stopped" });
      expect(await peer.status(id)).toEqual({ ...record, status: "stopped" });
    });

    test("no tags are none", async () => {
      const id = randomUUID();
      const { store, peer } = fixture();
      await store.create(id, { pendingMs: 60_000, tags: [] });
      expect(await peer.status(id)).toEqual({ status: "pending", length: 0, epoch: 0 });
      const claim = await fixture().claim(store, randomUUID(), 60_000, { tags: [] });
      expect(claim).toEqual({ claimed: true, epoch: 1 });
    });

    test("a stream that is deleted and created again has its new tags alone", async () => {
      const id = randomUUID();
      const { store, peer } = fixture();
      await store.create(id, { pendingMs: 60_000, tags: ["old"] });
      await peer.delete(id);
      await store.create(id, { pendingMs: 60_000, tags: ["new"] });
      expect((await peer.status(id))?.tags).toEqual(["new"]);
      await peer.delete(id);
      await store.create(id, { pendingMs: 60_000 });
      expect((await peer.status(id))?.tags).toBeUndefined();
    });
  });
}
