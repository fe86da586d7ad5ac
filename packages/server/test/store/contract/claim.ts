import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";

export function claimCases(fixture: () => Fixture): void {
  describe("claim", () => {
    test("of 200 racing claims on two servers, one wins", async () => {
      const id = await fixture().created();
      const claims = await fixture().race(200, (store) => fixture().claim(store, id, 60_000));
      expect(claims.filter((claim) => claim?.claimed)).toHaveLength(1);
      const losers = claims.filter((claim) => !claim?.claimed);
      expect(losers).toHaveLength(199);
      for (const loser of losers) {
        expect(loser).toEqual({
          claimed: false,
          record: { status: "streaming", length: 0, epoch: 1 },
        });
      }
    });

    test("a stream that has ended cannot be claimed", async () => {
      const { id, token } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, token, 0, "all", { status: "done" });
      expect(await fixture().claim(peer, id, 60_000)).toEqual({
        claimed: false,
        record: { status: "done", length: 3, epoch: 1 },
      });
    });

    test("a claim whose answer was lost is claimed again by its token, and by no other", async () => {
      const id = await fixture().created();
      const [store, peer] = fixture().both;
      const claim = { token: randomUUID(), leaseMs: 60_000 };
      const first = await store.claim(id, claim);
      expect(first).toEqual({ claimed: true, epoch: 1 });
      await fixture().append(store, id, claim.token, 0, "abc");
      expect(await peer.claim(id, claim)).toEqual(first);
      expect(await peer.claim(id, { ...claim, create: {} })).toEqual(first);
      expect(await fixture().claim(peer, id)).toEqual({
        claimed: false,
        record: { status: "streaming", length: 3, epoch: 1 },
      });
      expect(await fixture().text(peer, id)).toBe("abc");
      await fixture().append(store, id, claim.token, 3, "", { status: "done" });
      expect(await peer.claim(id, claim)).toMatchObject({ claimed: false });
    });

    test("a token holds its own stream alone", async () => {
      const [one, two] = [await fixture().streaming(), await fixture().streaming()];
      const { store } = fixture();
      for (const token of [two.token, "", `${one.token} `, one.token.toUpperCase(), "null"]) {
        expect(await fixture().append(store, one.id, token, 0, "x")).toEqual({ state: "lost" });
        expect(await store.renew(one.id, token, 60_000)).toEqual({ state: "lost" });
      }
      expect(await store.renew(one.id, one.token, 60_000)).toMatchObject({ state: "ok" });
    });

    test("a claim that creates makes a stream that is not there, in the same step", async () => {
      const id = randomUUID();
      const [store, peer] = fixture().both;
      const token = randomUUID();
      const tags = ["chat:7", "user:42"];
      const claim = { token, leaseMs: 60_000, create: { tags } };
      expect(await store.claim(id, claim)).toEqual({ claimed: true, epoch: 1, tags });
      const record = { status: "streaming", length: 0, epoch: 1, tags };
      expect(await peer.status(id)).toEqual(record);
      expect(await peer.create(id, { pendingMs: 60_000 })).toBe(false);
      expect(await fixture().claim(peer, id, 60_000, {})).toEqual({ claimed: false, record });
      expect(await store.claim(id, claim)).toEqual({ claimed: true, epoch: 1, tags });
      await fixture().appendAll(id, token, ["Made ", "here."], { status: "done" }, peer);
      expect(await fixture().text(store, id)).toBe("Made here.");
    });

    test("a claim that creates claims a pending stream as it is, with its own tags", async () => {
      const id = randomUUID();
      const [store, peer] = fixture().both;
      await store.create(id, { pendingMs: 60_000, tags: ["first"] });
      const claim = await fixture().claim(peer, id, 60_000, { tags: ["second"] });
      expect(claim).toEqual({ claimed: true, epoch: 1, tags: ["first"] });
      expect((await store.status(id))?.tags).toEqual(["first"]);
    });

    test("of 20 racing claims that create one stream, one wins", async () => {
      for (let round = 0; round < 5; round++) {
        const id = randomUUID();
        const claims = await fixture().race(20, (store, n) =>
          fixture().claim(store, id, 60_000, { tags: [`claim:${n}`] }),
        );
        const won = claims.findIndex((claim) => claim?.claimed);
        const record = { status: "streaming", length: 0, epoch: 1, tags: [`claim:${won}`] };
        claims.forEach((claim, n) => {
          expect(claim).toEqual(
            n === won ? { claimed: true, epoch: 1, tags: record.tags } : { claimed: false, record },
          );
        });
        expect(await fixture().peer.status(id)).toEqual(record);
      }
    });

    test("a create that races a claim that creates: both end with one stream, claimed once", async () => {
      for (let round = 0; round < 10; round++) {
        const id = randomUUID();
        const [claim] = await Promise.all([
          fixture().claim(fixture().store, id, 60_000, {}),
          fixture().peer.create(id, { pendingMs: 60_000 }),
        ]);
        expect(claim).toEqual({ claimed: true, epoch: 1 });
        expect(await fixture().peer.status(id)).toMatchObject({ status: "streaming", epoch: 1 });
      }
    });

    test("a producer of a stream that was deleted and created again cannot write to the new one", async () => {
      const { id, token } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await peer.delete(id);
      await peer.create(id, { pendingMs: 60_000 });
      expect(await fixture().append(store, id, token, 0, "old")).toEqual({ state: "lost" });
      const next = await fixture().claimed(id);
      expect(next).not.toBe(token);
      expect(await fixture().append(store, id, token, 0, "old")).toEqual({ state: "lost" });
      expect(await store.renew(id, token, 60_000)).toEqual({ state: "lost" });
      expect(await fixture().append(store, id, next, 0, "new")).toMatchObject({ state: "ok" });
      expect(await fixture().text(store, id)).toBe("new");
    });
  });
}
