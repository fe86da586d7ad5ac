import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Change } from "../../../src/lib/options/store.ts";
import type { Fixture } from "./fixture.ts";

export function watchCases(fixture: () => Fixture): void {
  describe("watch", () => {
    test.each(["the same server", "another server"])(
      "every change on %s wakes, and a stop or delete says so",
      async (where) => {
        const [store] = fixture().both;
        const watcher = where === "the same server" ? store : fixture().peer;
        const { id, epoch } = await fixture().streaming();
        let changes: Change[] = [];
        const leave = await watcher.watch(id, (change) => changes.push(change));
        onTestFinished(leave);
        const wakes = async (change: Change, step: () => Promise<unknown>) => {
          changes = [];
          await step();
          await vi.waitFor(() => expect(changes).toContain(change), fixture().patience);
        };
        await wakes("text", () => fixture().append(store, id, epoch, 0, "a"));
        await wakes("control", () => store.stop(id));
        await wakes("text", () =>
          fixture().append(store, id, epoch, 1, "b", { status: "stopped" }),
        );
        await wakes("control", () => store.delete(id));
      },
    );

    test("a writer's own text never looks like a stop", async () => {
      const { id, epoch } = await fixture().streaming();
      const changes: Change[] = [];
      onTestFinished(await fixture().store.watch(id, (change) => changes.push(change)));
      await fixture().appendAll(id, epoch, ["a", "b", "c"], { status: "done" });
      expect(changes).not.toContain("control");
      expect(changes).toContain("text");
    });

    test("a pending stream's stop wakes", async () => {
      const id = await fixture().created();
      const woken = vi.fn();
      onTestFinished(await fixture().peer.watch(id, woken));
      await fixture().store.stop(id);
      await vi.waitFor(() => expect(woken).toHaveBeenCalledWith("control"), fixture().patience);
    });

    test("a change right after watch resolved is never missed", async () => {
      for (let round = 0; round < 50; round++) {
        const { id, epoch } = await fixture().streaming();
        let wake = () => {};
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const leave = await fixture().peer.watch(id, () => wake());
        await fixture().append(fixture().store, id, epoch, 0, "x");
        await woken;
        leave();
      }
    });

    test("a claim wakes", async () => {
      const id = await fixture().created();
      const woken = vi.fn();
      onTestFinished(await fixture().peer.watch(id, woken));
      await fixture().claimed(id);
      await vi.waitFor(() => expect(woken).toHaveBeenCalled(), fixture().patience);
    });

    test("who reads only when woken gets the whole text", async () => {
      const { id, epoch } = await fixture().streaming();
      const pieces = Array.from({ length: 100 }, (_, n) => `${n} `);
      const followers = fixture().both.map((store) => fixture().follow(store, id));
      await fixture().appendAll(id, epoch, pieces, { status: "done" });
      expect(await Promise.all(followers)).toEqual(followers.map(() => pieces.join("")));
    });

    test("who left is not called any more, and the others are", async () => {
      const { id, epoch } = await fixture().streaming();
      const [gone, stays] = [vi.fn(), vi.fn()];
      const leave = await fixture().peer.watch(id, gone);
      onTestFinished(await fixture().peer.watch(id, stays));
      leave();
      leave();
      // The claim may have been heard of while it still watched.
      gone.mockClear();
      await fixture().append(fixture().store, id, epoch, 0, "x");
      await vi.waitFor(() => expect(stays).toHaveBeenCalled(), fixture().patience);
      expect(gone).not.toHaveBeenCalled();
    });

    test("one function that watches twice leaves once for each", async () => {
      const { id, epoch } = await fixture().streaming();
      const woken = vi.fn();
      const leave = await fixture().peer.watch(id, woken);
      onTestFinished(await fixture().peer.watch(id, woken));
      leave();
      await fixture().append(fixture().store, id, epoch, 0, "x");
      await vi.waitFor(() => expect(woken).toHaveBeenCalled(), fixture().patience);
    });
  });
}
