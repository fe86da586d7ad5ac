import * as vitest from "vitest";
import { type Excluded, excluded, exclusionOf } from "./excluded.ts";

export const { expect, vi } = vitest;

let path: readonly string[] = [];
const counts = new Map<Excluded, number>();

/** Vitest's `describe`, which also keeps the path of its group: vitest runs the bodies later. */
export const describe = Object.assign(
  (name: string, body: () => void) => {
    const inside = [...path, name];
    vitest.describe(name, () => {
      path = inside;
      body();
      path = [];
    });
  },
  {
    runIf: (condition: unknown) => (name: string, body: () => void) => {
      if (condition) describe(name, body);
      else exclude(name);
    },
  },
);

type Test = (name: string, body: () => unknown, timeout?: number) => void;

const selected =
  (run: (name: string, body: () => void, timeout?: number) => void): Test =>
  (name, body, timeout) => {
    if (!exclude([...path, name].join(" > "))) run(name, body as () => void, timeout);
  };

/** Vitest's `test`, without the tests that are left out. */
export const test = Object.assign(selected(vitest.test), {
  concurrent: selected(vitest.test.concurrent),
});

function exclude(name: string): boolean {
  const group = exclusionOf(name);
  if (group) counts.set(group, (counts.get(group) ?? 0) + 1);
  return group !== undefined;
}

/** Returns one line per group that was left out, with the number of its tests. */
export function excludedLines(): string[] {
  return excluded.map((group) => `${String(counts.get(group) ?? 0).padStart(4)}  ${group.reason}`);
}
