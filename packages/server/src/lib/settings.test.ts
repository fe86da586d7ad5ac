import { expect, test } from "vitest";
import { capability } from "./capability.ts";
import { memoryStore } from "./memory.ts";
import type { StreamServerOptions } from "./options.ts";
import { settings } from "./settings.ts";

const delays = (flush?: StreamServerOptions["flush"]) => {
  const { maxDelayMs, longDelayMs } = settings({
    store: memoryStore(),
    authorize: capability(),
    flush,
  }).flush;
  return [maxDelayMs, longDelayMs];
};

test("a delay that is given holds for a long text too, unless that one is given apart", () => {
  expect(delays()).toEqual([250, 1000]);
  expect(delays({ boundary: "line" })).toEqual([250, 1000]);
  expect(delays({ maxDelayMs: 250 })).toEqual([250, 250]);
  expect(delays({ maxDelayMs: 0 })).toEqual([0, 0]);
  expect(delays({ maxDelayMs: 100, longDelayMs: 500 })).toEqual([100, 500]);
  expect(delays({ longDelayMs: 0 })).toEqual([250, 0]);
});
