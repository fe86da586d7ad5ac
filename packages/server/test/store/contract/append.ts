import { describe, expect, test } from "vitest";
import type { StreamEnd } from "../../../src/lib/options/stream-end.ts";
import type { Fixture } from "./fixture.ts";

export function appendCases(fixture: () => Fixture): void {
  describe("append", () => {
    test("appends are read in order, byte for byte, on every server", async () => {
      const { id, token } = await fixture().streaming();
      const pieces = ["  Hello,", " 世界", "\n\n", "😀\u0000", "\ufeffعربي", " ."];
      await fixture().appendAll(id, token, pieces);
      for (const store of fixture().both)
        expect(await fixture().text(store, id)).toBe(pieces.join(""));
      expect(await fixture().peer.status(id)).toEqual({
        status: "streaming",
        length: Buffer.byteLength(pieces.join("")),
        epoch: 1,
      });
    });

    test("a wrong offset or token writes nothing", async () => {
      const { id, token } = await fixture().streaming();
      const [store] = fixture().both;
      await fixture().append(store, id, token, 0, "abc");
      for (const [key, offset] of [
        [token, 0],
        [token, 2],
        [token, 4],
        ["another", 3],
      ] as const) {
        expect(await fixture().append(store, id, key, offset, "xyz!")).toEqual({ state: "lost" });
      }
      expect(await fixture().text(store, id)).toBe("abc");
    });

    test("an append to a pending stream is refused", async () => {
      const id = await fixture().created();
      expect(await fixture().append(fixture().store, id, "nobody", 0, "x")).toEqual({
        state: "lost",
      });
      expect(await fixture().store.renew(id, "nobody", 60_000)).toEqual({ state: "lost" });
      expect(await fixture().store.status(id)).toEqual({ status: "pending", length: 0, epoch: 0 });
    });

    test("text and end are one step, and the end is final", async () => {
      const { id, token } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, token, 0, "Oh");
      const close = { status: "error", error: "generate_failed" } as const;
      expect(await fixture().append(store, id, token, 2, " no", close)).toMatchObject({
        state: "ok",
      });
      const end = { status: "error", error: "generate_failed", length: 5, epoch: 1 };
      expect(await peer.status(id)).toEqual(end);
      expect(await fixture().append(store, id, token, 5, "!")).toEqual({ state: "lost" });
      expect(await fixture().append(store, id, token, 5, "", { status: "done" })).toEqual({
        state: "lost",
      });
      expect(await store.renew(id, token, 60_000)).toEqual({ state: "lost" });
      expect(await peer.stop(id)).toEqual(end);
      expect(await peer.status(id)).toEqual(end);
      expect(await fixture().text(peer, id)).toBe("Oh no");
    });

    test("the words and the reason of an end are kept, in any alphabet", async () => {
      const [store, peer] = fixture().both;
      const errorMessage = `It's "over"\\, 世界 😀 \u0000\u0001\r\n\ufeff e\u0301 'é' ${"ü".repeat(400)}`;
      const ends: StreamEnd[] = [
        { status: "error", error: "quota", errorMessage },
        { status: "error", error: "quota", errorMessage: "0" },
        { status: "error", error: "refusal", errorMessage: "No.", reason: "refusal" },
        { status: "error", error: "generation" },
        { status: "done", reason: "length" },
        { status: "timeout", reason: "deploy" },
        { status: "stopped", reason: "deleted" },
      ];
      for (const end of ends) {
        const { id, token } = await fixture().streaming();
        const close = () => fixture().append(store, id, token, 0, "Text.", end);
        expect(await close()).toMatchObject({ state: "ok" });
        const record = { ...end, length: 5, epoch: 1 };
        expect(await peer.status(id)).toEqual(record);
        expect(await peer.stop(id)).toEqual(record);
        expect(await store.read(id, 5, 10)).toMatchObject(record);
        expect(await fixture().claim(peer, id)).toEqual({ claimed: false, record });
        expect(await close()).toMatchObject({ state: "ok" });
      }
    });

    test("an end that is repeated is ok only if it is the same in all that it says", async () => {
      const { store } = fixture();
      const end = {
        status: "error",
        error: "quota",
        errorMessage: "All used up.",
        reason: "x",
      } as const;
      const others: StreamEnd[] = [
        { ...end, error: "other" },
        { ...end, errorMessage: "All used up" },
        { ...end, reason: "y" },
        { status: "error", error: "quota", errorMessage: "All used up." },
        { status: "error", error: "quota", reason: "x" },
        { status: "error", errorMessage: "All used up.", reason: "x" },
        { ...end, status: "timeout" },
      ];
      const { id, token } = await fixture().streaming();
      const close = (given: StreamEnd) => fixture().append(store, id, token, 0, "Text.", given);
      expect(await close(end)).toMatchObject({ state: "ok" });
      for (const other of others) expect(await close(other)).toEqual({ state: "lost" });
      expect(await close(end)).toMatchObject({ state: "ok" });
      expect(await store.status(id)).toEqual({ ...end, length: 5, epoch: 1 });
    });

    test.each(["done", "stopped", "error", "timeout"] as const)(
      "a stream may end empty, as %s",
      async (status) => {
        const { id, token } = await fixture().streaming();
        expect(await fixture().append(fixture().store, id, token, 0, "", { status })).toMatchObject(
          {
            state: "ok",
          },
        );
        expect(await fixture().peer.status(id)).toEqual({ status, length: 0, epoch: 1 });
      },
    );

    test("an append whose answer was lost is ok again, and its text is stored once", async () => {
      const { id, token } = await fixture().streaming();
      const [store] = fixture().both;
      await fixture().append(store, id, token, 0, "One. ");
      const result = await fixture().append(store, id, token, 5, "Two. ");
      expect(result).toEqual({ state: "ok", stopRequested: false });
      expect(await fixture().append(store, id, token, 5, "Two. ")).toEqual(result);
      expect(await fixture().append(store, id, token, 5, "TWO! ")).toEqual({ state: "lost" });
      expect(await fixture().append(store, id, token, 5, "Two.")).toEqual({ state: "lost" });
      expect(await fixture().text(store, id)).toBe("One. Two. ");
      const close = { status: "done" } as const;
      expect(await fixture().append(store, id, token, 10, "End.", close)).toMatchObject({
        state: "ok",
      });
      expect(await fixture().append(store, id, token, 10, "End.", close)).toMatchObject({
        state: "ok",
      });
      expect(await fixture().append(store, id, token, 10, "End.")).toEqual({ state: "lost" });
      expect(await fixture().append(store, id, token, 10, "End.", { status: "stopped" })).toEqual({
        state: "lost",
      });
      expect(await fixture().text(fixture().peer, id)).toBe("One. Two. End.");
    });

    test("of racing appends at one offset, one is written; the same one repeated is ok", async () => {
      const { id, token } = await fixture().streaming();
      const results = await fixture().race(40, (store, n) =>
        fixture().append(store, id, token, 0, `${n % 20}!`),
      );
      const text = await fixture().text(fixture().store, id);
      results.forEach((result, n) => {
        expect(result.state).toBe(`${n % 20}!` === text ? "ok" : "lost");
      });
    });

    test("60 streams at once each get their own text", async () => {
      const streams = await Promise.all(Array.from({ length: 60 }, () => fixture().streaming()));
      const pieces = (n: number) => Array.from({ length: 8 }, (_, i) => `${n}:${i}é `);
      await Promise.all(
        streams.map(({ id, token }, n) =>
          fixture().appendAll(id, token, pieces(n), { status: "done" }, fixture().both[n % 2]),
        ),
      );
      const texts = await Promise.all(streams.map(({ id }) => fixture().text(fixture().peer, id)));
      expect(texts).toEqual(streams.map((_, n) => pieces(n).join("")));
    });

    test("a large append stays whole", async () => {
      const { id, token } = await fixture().streaming();
      const large = "😀 large ".repeat(100_000);
      expect(await fixture().append(fixture().store, id, token, 0, large)).toMatchObject({
        state: "ok",
      });
      expect((await fixture().text(fixture().peer, id)) === large).toBe(true);
    });
  });
}
