import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { retry } from "../../src/lib/util/retry.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function failing(times: number) {
  const at: number[] = [];
  const attempt = async () => {
    at.push(performance.now());
    if (at.length <= times) throw new Error(`failure ${at.length}`);
    return "there";
  };
  return { at, attempt };
}

test("the pause before the next attempt doubles, up to its maximum", async () => {
  const { at, attempt } = failing(4);
  const done = retry(attempt, { minMs: 50, maxMs: 150, again: () => true });
  await vi.runAllTimersAsync();
  expect(await done).toBe("there");
  expect(at.slice(1).map((each, index) => each - at[index]!)).toEqual([50, 100, 150, 150]);
});

test("`again` receives each error and when its attempt began, and ends the attempts", async () => {
  const { at, attempt } = failing(9);
  const seen: [string, number][] = [];
  const again = (error: unknown, begun: number) => {
    seen.push([(error as Error).message, begun]);
    return seen.length < 3;
  };
  const done = retry(attempt, { minMs: 10, maxMs: 1000, again });
  const failed = expect(done).rejects.toThrow("failure 3");
  await vi.runAllTimersAsync();
  await failed;
  expect(seen).toEqual([
    ["failure 1", at[0]],
    ["failure 2", at[1]],
    ["failure 3", at[2]],
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

test("an aborted signal ends a pause and the attempts", async () => {
  const { at, attempt } = failing(9);
  const aborter = new AbortController();
  const done = retry(attempt, {
    minMs: 50,
    maxMs: 50,
    again: () => true,
    signal: aborter.signal,
  });
  const failed = expect(done).rejects.toThrow("failure 2");
  await vi.advanceTimersByTimeAsync(60);
  aborter.abort();
  await failed;
  expect(at).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

test("an attempt that succeeds after the signal was aborted still counts", async () => {
  const aborter = new AbortController();
  const attempt = async () => {
    aborter.abort();
    return "there";
  };
  const options = { minMs: 1, maxMs: 1, again: () => true, signal: aborter.signal };
  expect(await retry(attempt, options)).toBe("there");
});
