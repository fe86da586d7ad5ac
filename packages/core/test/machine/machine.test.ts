import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StreamError } from "../../src/lib/errors.ts";
import { step, TABLE } from "../../src/lib/machine/machine.ts";
import { initialState, MODES } from "../../src/lib/machine/state.ts";

const spec = readFileSync(join(import.meta.dirname, "../../SPEC.md"), "utf8");

/** The cells of the table under a heading, without its head. */
function tableAfter(heading: string): string[][] {
  const rest = spec.slice(spec.indexOf(`\n## ${heading}`));
  const lines = rest.slice(rest.indexOf("\n|")).trimStart().split("\n");
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(0, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("SPEC.md's modes are the machine's", () => {
  expect(
    tableAfter("Modes")
      .slice(2)
      .map(([mode]) => mode),
  ).toEqual([...MODES]);
});

test("SPEC.md's events are the machine's", () => {
  expect(
    tableAfter("Events")
      .slice(2)
      .map(([event]) => event),
  ).toEqual(Object.keys(TABLE));
});

test("SPEC.md's transition table is the machine's", () => {
  const [head, , ...rows] = tableAfter("Transitions");
  expect(head).toEqual(["event", ...MODES.slice(0, -1)]);
  expect(rows).toEqual(
    Object.entries(TABLE).map(([event, cells]) => [event, ...cells.map((cell) => cell.name)]),
  );
});

test("invariant 6: in ended, every event stays", () => {
  const ended = initialState({ status: "done" });
  for (const type of Object.keys(TABLE) as (keyof typeof TABLE)[]) {
    expect(step(ended, { type }, { claims: true, reads: true })).toEqual([ended]);
  }
});

test.each(["driving", "asking", "following"] as const)(
  "in %s, the failure of a connection that had lasted is the first in a row",
  (mode) => {
    const error = new StreamError("network", "The connection broke.");
    const state = {
      ...initialState({ status: "streaming" }),
      mode,
      opened: true,
      watched: true,
      failures: 7,
    };
    const traits = { claims: true, reads: true, attempts: 7 };
    const [lasted] = step(state, { type: "lasted" }, traits);
    expect(lasted).toEqual({ ...state, failures: 0 });
    const [failed] = step(lasted, { type: "failed", error }, traits);
    expect(failed).toMatchObject({ mode: "asking", failures: 1 });
    // Without a long life, it is one too many.
    const [short] = step(state, { type: "failed", error }, traits);
    expect(short).toMatchObject({ mode: "idle", error });
  },
);
