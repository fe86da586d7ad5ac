import { describe, expect, test } from "vitest";
import { defects } from "./defects.ts";
import { ours, theirs } from "./hooks.ts";

describe("useStream", () => {
  test.each(defects)("$name", ({ story }) => story(ours));
});

describe("the component's own hook, known to fail", () => {
  test.each(defects)("$name", async ({ story, known }) => {
    const failure: unknown = await story(theirs).catch((error: unknown) => error);
    expect(failure, "it passes now: remove it from the table of defects").toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(known);
  });
});
