import { expect, test } from "vitest";
import { onSharedTick } from "../../src/lib/util/shared-tick.ts";

/** Resolves in the next tick, after `work` ms of work there. */
const tick = (work = 0) =>
  new Promise<{ began: number; ended: number }>((resolve) => {
    onSharedTick(() => {
      const began = performance.now();
      while (performance.now() - began < work);
      resolve({ began, ended: performance.now() });
    });
  });

test("calls everything that waits in one tick, in order", async () => {
  const calls: number[] = [];
  for (const call of [1, 2, 3]) onSharedTick(() => calls.push(call));
  expect(calls).toEqual([]);
  await tick();
  expect(calls).toEqual([1, 2, 3]);
});

test("rests for long after a tick that took long", async () => {
  await tick();
  const slow = tick(15);
  const next = slow.then(() => tick());
  const { ended } = await slow;
  // A timer may be a millisecond early.
  expect((await next).began - ended).toBeGreaterThan(40);
});
