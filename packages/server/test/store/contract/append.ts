import { describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";

export function appendCases(fixture: () => Fixture): void {
  describe("append", () => {
    test("appends are read in order, byte for byte, on every server", async () => {
      const { id, epoch } = await fixture().streaming();
      const pieces = ["  Hello,", " 世界", "\n\n", "😀\u0000", "\ufeffعربي", " ."];
      await fixture().appendAll(id, epoch, pieces);
      for (const store of fixture().both)
        expect(await fixture().text(store, id)).toBe(pieces.join(""));
      expect(await fixture().peer.status(id)).toEqual({
        status: "streaming",
        length: Buffer.byteLength(pieces.join("")),
      });
    });

    test("a wrong offset or epoch writes nothing", async () => {
      const { id, epoch } = await fixture().streaming();
      const [store] = fixture().both;
      await fixture().append(store, id, epoch, 0, "abc");
      for (const [key, offset] of [
        [epoch, 0],
        [epoch, 2],
        [epoch, 4],
        [epoch + 1, 3],
      ] as const) {
        expect(await fixture().append(store, id, key, offset, "xyz!")).toEqual({ state: "lost" });
      }
      expect(await fixture().text(store, id)).toBe("abc");
    });

    test("an append to a pending stream is refused", async () => {
      const id = await fixture().created();
      expect(await fixture().append(fixture().store, id, 1, 0, "x")).toEqual({ state: "lost" });
      expect(await fixture().store.renew(id, 1, 60_000)).toEqual({ state: "lost" });
      expect(await fixture().store.status(id)).toEqual({ status: "pending", length: 0 });
    });

    test("text and end are one step, and the end is final", async () => {
      const { id, epoch } = await fixture().streaming();
      const [store, peer] = fixture().both;
      await fixture().append(store, id, epoch, 0, "Oh");
      const close = { status: "error", error: "generate_failed" } as const;
      expect(await fixture().append(store, id, epoch, 2, " no", close)).toMatchObject({
        state: "ok",
      });
      const end = { status: "error", error: "generate_failed", length: 5 };
      expect(await peer.status(id)).toEqual(end);
      expect(await fixture().append(store, id, epoch, 5, "!")).toEqual({ state: "lost" });
      expect(await fixture().append(store, id, epoch, 5, "", { status: "done" })).toEqual({
        state: "lost",
      });
      expect(await store.renew(id, epoch, 60_000)).toEqual({ state: "lost" });
      expect(await peer.stop(id)).toEqual(end);
      expect(await peer.status(id)).toEqual(end);
      expect(await fixture().text(peer, id)).toBe("Oh no");
    });

    test.each(["done", "stopped", "error", "timeout"] as const)(
      "a stream may end empty, as %s",
      async (status) => {
        const { id, epoch } = await fixture().streaming();
        expect(await fixture().append(fixture().store, id, epoch, 0, "", { status })).toMatchObject(
          {
            state: "ok",
          },
        );
        expect(await fixture().peer.status(id)).toEqual({ status, length: 0 });
      },
    );

    test("an append whose answer was lost is ok again, and its text is stored once", async () => {
      const { id, epoch } = await fixture().streaming();
      const [store] = fixture().both;
      await fixture().append(store, id, epoch, 0, "One. ");
      const result = await fixture().append(store, id, epoch, 5, "Two. ");
      expect(result).toEqual({ state: "ok", stopRequested: false });
      expect(await fixture().append(store, id, epoch, 5, "Two. ")).toEqual(result);
      expect(await fixture().append(store, id, epoch, 5, "TWO! ")).toEqual({ state: "lost" });
      expect(await fixture().append(store, id, epoch, 5, "Two.")).toEqual({ state: "lost" });
      expect(await fixture().text(store, id)).toBe("One. Two. ");
      const close = { status: "done" } as const;
      expect(await fixture().append(store, id, epoch, 10, "End.", close)).toMatchObject({
        state: "ok",
      });
      expect(await fixture().append(store, id, epoch, 10, "End.", close)).toMatchObject({
        state: "ok",
      });
      expect(await fixture().append(store, id, epoch, 10, "End.")).toEqual({ state: "lost" });
      expect(await fixture().append(store, id, epoch, 10, "End.", { status: "stopped" })).toEqual({
        state: "lost",
      });
      expect(await fixture().text(fixture().peer, id)).toBe("One. Two. End.");
    });

    test("of racing appends at one offset, one is written; the same one repeated is ok", async () => {
      const { id, epoch } = await fixture().streaming();
      const results = await fixture().race(40, (store, n) =>
        fixture().append(store, id, epoch, 0, `${n % 20}!`),
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
        streams.map(({ id, epoch }, n) =>
          fixture().appendAll(id, epoch, pieces(n), { status: "done" }, fixture().both[n % 2]),
        ),
      );
      const texts = await Promise.all(streams.map(({ id }) => fixture().text(fixture().peer, id)));
      expect(texts).toEqual(streams.map((_, n) => pieces(n).join("")));
    });

    test("a large append stays whole", async () => {
      const { id, epoch } = await fixture().streaming();
      const large = "😀 large ".repeat(100_000);
      expect(await fixture().append(fixture().store, id, epoch, 0, large)).toMatchObject({
        state: "ok",
      });
      expect((await fixture().text(fixture().peer, id)) === large).toBe(true);
    });
  });
}
