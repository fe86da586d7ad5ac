import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createFixture, type OpenStores } from "./fixture.ts";

export function closeCases(open: OpenStores): void {
  describe("close", () => {
    test("watches end, data stays, and a second close does nothing", async () => {
      const own = await createFixture(open);
      onTestFinished(() => own.close());
      const { id, token } = await own.streaming();
      const woken = vi.fn();
      await own.peer.watch(id, woken);
      if (own.peer !== own.store) {
        await own.peer.close();
        await own.peer.close();
        await own.append(own.store, id, token, 0, "after", { status: "done" });
        expect(await own.text(own.store, id)).toBe("after");
        expect(woken).not.toHaveBeenCalled();
      } else {
        await own.store.close();
        await own.store.close();
      }
    });
  });
}
