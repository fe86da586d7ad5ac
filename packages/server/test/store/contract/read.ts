import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";

export function readCases(fixture: () => Fixture): void {
  describe("read", () => {
    const text = "aé中😀".repeat(40);
    const whole = Buffer.from(text);

    test.each([4, 5, 6, 7, 9, 64, 1_000])(
      "pages of at most %i bytes have whole characters and skip nothing",
      async (maxBytes) => {
        const { id, token } = await fixture().streaming();
        await fixture().appendAll(id, token, text.match(/.{1,7}/gu) ?? []);
        const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        let read = "";
        let offset = 0;
        for (;;) {
          const page = await fixture().peer.read(id, offset, maxBytes);
          expect(page?.length).toBe(whole.length);
          if (!page || page.bytes.length === 0) break;
          expect(page.bytes.length).toBeLessThanOrEqual(maxBytes);
          read += strict.decode(page.bytes);
          offset += page.bytes.length;
        }
        expect(read).toBe(text);
      },
    );

    test("a read from any character on returns the rest", async () => {
      const { id, token } = await fixture().streaming();
      await fixture().appendAll(id, token, text.match(/.{1,7}/gu) ?? []);
      let offset = 0;
      for (const character of text) {
        const page = await fixture().store.read(id, offset, 10_000);
        expect(Buffer.from(page?.bytes ?? []).equals(whole.subarray(offset))).toBe(true);
        offset += Buffer.byteLength(character);
      }
    });

    test("a read at the end or past it returns no bytes and no error", async () => {
      const { id, token } = await fixture().streaming();
      await fixture().append(fixture().store, id, token, 0, "abc");
      for (const offset of [3, 4, 1_000_000, Number.MAX_SAFE_INTEGER]) {
        const page = await fixture().peer.read(id, offset, 100);
        expect(page).toMatchObject({ status: "streaming", length: 3 });
        expect(page?.bytes).toHaveLength(0);
      }
    });

    test("each page is one consistent view: its bytes are within its length, and its end means that all bytes are there", async () => {
      const { id, token } = await fixture().streaming();
      const pieces = Array.from({ length: 60 }, (_, n) => `${n}é `);
      const truth = Buffer.from(pieces.join(""));
      const writing = fixture().appendAll(id, token, pieces, { status: "done" });
      for (let offset = 0; ; ) {
        const page = await fixture().peer.read(id, offset, 10_000);
        if (!page) throw new Error("the stream is gone");
        // A store that answers at once would leave the writer no turn.
        await setImmediate();
        const end = offset + page.bytes.length;
        expect(truth.subarray(offset, end).equals(page.bytes)).toBe(true);
        expect(page.length).toBe(end);
        offset = end;
        if (page.status === "done") {
          expect(end).toBe(truth.length);
          break;
        }
      }
      await writing;
    });
  });
}
