import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { timeout } from "../../src/lib/util/timeout.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<string>(() => {});
const late = () => "late";

test("returns or throws what comes in time, and leaves no timer", async () => {
  expect(await timeout(50, Promise.resolve("there"), late)).toBe("there");
  await expect(timeout(50, Promise.reject(new Error("broken")), late)).rejects.toThrow("broken");
  expect(vi.getTimerCount()).toBe(0);
});

test("returns or throws what `late` does if the time is over", async () => {
  const returned = timeout(50, never, late);
  const thrown = timeout(50, never, () => {
    throw new Error("too late");
  });
  thrown.catch(() => {});
  await vi.advanceTimersByTimeAsync(49);
  expect(vi.getTimerCount()).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(await returned).toBe("late");
  await expect(thrown).rejects.toThrow("too late");
});

test("returns undefined if the time is over and there is no `late`", async () => {
  const waited = timeout(50, never);
  await vi.advanceTimersByTimeAsync(50);
  expect(await waited).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});
