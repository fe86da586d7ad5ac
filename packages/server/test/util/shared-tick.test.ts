import { expect, test } from "vitest";
import { onTick } from "../../src/lib/util/shared-tick.ts";

/** Resolves in the next tick, with the time, after so many ms of work. */
const tick = (work = 0) =>
  new Promise<{ began: number; ended: number }>((resolve) => {
    onTick(() => {
      const began = performance.now();
      while (performance.now() - began < work);
      resolve({ began, ended: performance.now() });
    });
  });

test("all that wait are called in one tick, in their order", async () => {
  const calls: number[] = [];
  for (const call of [1, 2, 3]) onTick(() => calls.push(call));
  expect(calls).toEqual([]);
  await tick();
  expect(calls).toEqual([1, 2, 3]);
});

test("after a tick that took long, the process has more time for anything else than for the next", async () => {
  await tick();
  const slow = tick(15);
  const next = slow.then(() => tick());
  const { ended } = await slow;
  // A timer may be a millisecond early.
  expect((await next).began - ended).toBeGreaterThan(40);
});
