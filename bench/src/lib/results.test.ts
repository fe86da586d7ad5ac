import { expect, test } from "vitest";
import { withTable } from "./readme.ts";
import { cell, type Kept, type Results } from "./results.ts";

const kept = (columns: string[], row: string[]): Kept => ({
  at: "",
  seconds: 1,
  machine: {},
  figures: [],
  tables: [{ title: "", columns, rows: [row] }],
  charts: [],
  skipped: [],
});

test("a cell is found by bench, row and column, without its spread", () => {
  const results: Results = {
    server: kept(["", "tokens/s", "÷ bare"], ["ours", "1,000", "1.1 (1–1.2)"]),
  };
  expect(cell(results, "server", "ours", "÷ bare")).toBe("1.1");
  expect(cell(results, "server", "ours", "tokens/s")).toBe("1,000");
  expect(() => cell(results, "server", "theirs", "÷ bare")).toThrow('server for "theirs"');
  expect(() => cell(results, "client", "ours", "÷ bare")).toThrow("run it");
});

test("a README without a place for the table is an error", () => {
  expect(() => withTable("# Nothing", {})).toThrow("no place");
});
