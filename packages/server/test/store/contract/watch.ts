import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Change } from "../../../src/lib/options/store.ts";
import type { Fixture } from "./fixture.ts";

export function watchCases(fixture: () => Fixture): void {
  describe("watch", () => {
    test.each(["the same server", "another server"])(
      "every change on %s wakes a watch, and a stop or delete wakes it with control",
      async (where) => {
        const [store] = fixture().both;
        const watcher = where === "the same server" ? store : fixture().peer;
        const { id, token } = await fixture().streaming();
        let changes: Change[] = [];
        const unwatch = await watcher.watch(id, (change) => changes.push(change));
        onTestFinished(unwatch);
        const wakes = async (change: Change, step: () => Promise<unknown>) => {
          changes = [];
          await step();
          await vi.waitFor(() => expect(changes).toContain(change), fixture().patience);
        };
        await wakes("text", () => fixture().append(store, id, token, 0, "a"));
        await wakes("control", () => store.stop(id));
        await wakes("text", () =>
          fixture().append(store, id, token, 1, "b", { status: "stopped" }),
        );
        await wakes("control", () => store.delete(id));
      },
    );

    test("a producer's own text never wakes a watch with control", async () => {
      const { id, token } = await fixture().streaming();
      const changes: Change[] = [];
      onTestFinished(await fixture().store.watch(id, (change) => changes.push(change)));
      await fixture().appendAll(id, token, ["a", "b", "c"], { status: "done" });
      expect(changes).not.toContain("control");
      expect(changes).toContain("text");
    });

    test("the stop of a pending stream wakes a watch", async () => {
      const id = await fixture().created();
      const woken = vi.fn();
      onTestFinished(await fixture().peer.watch(id, woken));
      await fixture().store.stop(id);
      await vi.waitFor(() => expect(woken).toHaveBeenCalledWith("control"), fixture().patience);
    });

    test("a change right after watch has resolved is never missed", async () => {
      for (let round = 0; round < 50; round++) {
        const { id, token } = await fixture().streaming();
        let wake = () => {};
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const unwatch = await fixture().peer.watch(id, () => wake());
        await fixture().append(fixture().store, id, token, 0, "x");
        await woken;
        unwatch();
      }
    });

    test("a claim wakes a watch", async () => {
      const id = await fixture().created();
      const woken = vi.fn();
      onTestFinished(await fixture().peer.watch(id, woken));
      await fixture().claimed(id);
      await vi.waitFor(() => expect(woken).toHaveBeenCalled(), fixture().patience);
    });

    test.each([0, 1])("a claim that creates wakes a watch, on server %i", async (server) => {
      const id = randomUUID();
      const woken = vi.fn();
      onTestFinished(await fixture().both[server]!.watch(id, woken));
      await fixture().claim(fixture().store, id, 60_000, {});
      await vi.waitFor(() => expect(woken).toHaveBeenCalledWith("text"), fixture().patience);
      expect(woken).not.toHaveBeenCalledWith("control");
    });

    test("a follower that reads only if woken gets the whole text", async () => {
      const { id, token } = await fixture().streaming();
      const pieces = Array.from({ length: 100 }, (_, n) => `${n} `);
      const followers = fixture().both.map((store) => fixture().follow(store, id));
      await fixture().appendAll(id, token, pieces, { status: "done" });
      expect(await Promise.all(followers)).toEqual(followers.map(() => pieces.join("")));
    });

    test("a watch that has ended is not called any more, and the others are", async () => {
      const { id, token } = await fixture().streaming();
      const [gone, stays] = [vi.fn(), vi.fn()];
      const unwatch = await fixture().peer.watch(id, gone);
      onTestFinished(await fixture().peer.watch(id, stays));
      unwatch();
      unwatch();
      // The claim may have woken it before.
      gone.mockClear();
      await fixture().append(fixture().store, id, token, 0, "x");
      await vi.waitFor(() => expect(stays).toHaveBeenCalled(), fixture().patience);
      expect(gone).not.toHaveBeenCalled();
    });

    test("a function that watches twice ends each watch by itself", async () => {
      const { id, token } = await fixture().streaming();
      const woken = vi.fn();
      const unwatch = await fixture().peer.watch(id, woken);
      onTestFinished(await fixture().peer.watch(id, woken));
      unwatch();
      await fixture().append(fixture().store, id, token, 0, "x");
      await vi.waitFor(() => expect(woken).toHaveBeenCalled(), fixture().patience);
    });
  });
}
