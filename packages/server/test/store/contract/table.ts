import type { TestContext } from "vitest";

/** Shows which store passed which case. */
export interface ContractTable {
  /** Notes that a case was run on a store. */
  ran(store: string, task: TestContext["task"]): void;
  /** Returns one line per case, with one column per store. */
  print(): string;
}

export function contractTable(stores: readonly string[]): ContractTable {
  const cases = new Map<string, Map<string, TestContext["task"]>>();
  return {
    ran(store, task) {
      const name = `${task.suite?.name}: ${task.name}`;
      cases.set(name, (cases.get(name) ?? new Map()).set(store, task));
    },
    print() {
      const cell = (task?: TestContext["task"]) =>
        task === undefined ? "not run" : task.result?.state === "pass" ? "pass" : "FAIL";
      const rows = [...cases].map(([name, run]) => [
        ...stores.map((store) => cell(run.get(store))),
        name,
      ]);
      const total = stores.map((store) => {
        const passed = [...cases.values()].filter((run) => cell(run.get(store)) === "pass");
        return `${passed.length}/${cases.size}`;
      });
      const widths = stores.map((store) => Math.max(store.length, 7));
      return [[...stores, "the stores' contract"], ...rows, [...total, "passed"]]
        .map((row) => row.map((text, n) => text.padEnd(widths[n] ?? 0)).join("  "))
        .join("\n");
    },
  };
}
