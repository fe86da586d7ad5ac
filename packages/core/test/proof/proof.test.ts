import { expect, test } from "vitest";
import { proveSchedules, proveWalk } from "./proof.ts";

test("invariants 1, 2, 3, 5, 6, 10: no interleaving of up to five events breaks them", () => {
  const lines: string[] = [];
  expect(proveWalk(5, (line) => lines.push(line))).toEqual({ passed: 13 });
  expect(lines[0]).toMatch(/^merge: \d+ states, \d+ transitions, \d+ interleavings/);
});

test("invariants 1 to 7, 9, 10: random schedules of the real client keep them", async () => {
  const { passed, shared, failure } = await proveSchedules({ runs: 1000 });
  expect([passed, failure]).toEqual([1000, undefined]);
  expect(shared).toBeGreaterThan(300);
});
