import { expect, test } from "vitest";
import { isActive, isTerminal, type StreamStatus } from "../../src/index.ts";

test("a status is either active or terminal", () => {
  const all: StreamStatus[] = ["pending", "streaming", "done", "stopped", "error", "timeout"];
  expect(all.filter(isActive)).toEqual(["pending", "streaming"]);
  expect(all.filter(isTerminal)).toEqual(["done", "stopped", "error", "timeout"]);
});
