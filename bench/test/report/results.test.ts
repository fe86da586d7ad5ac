import { expect, test } from "vitest";
import { withTable } from "../../src/report/readme.ts";
import { cell, type Results, type SavedResult } from "../../src/report/results.ts";

const saved = (columns: string[], row: string[]): SavedResult => ({
  at: "",
  seconds: 1,
  machine: {},
  figures: [],
  tables: [{ title: "", columns, rows: [row] }],
  charts: [],
  skipped: [],
});

test("finds a cell by benchmark, row and column, and returns it without its spread", () => {
  const results: Results = {
    server: saved(["", "tokens/s", "÷ bare"], ["ours", "1,000", "1.1 (1–1.2)"]),
  };
  expect(cell(results, "server", "ours", "÷ bare")).toBe("1.1");
  expect(cell(results, "server", "ours", "tokens/s")).toBe("1,000");
  expect(() => cell(results, "server", "theirs", "÷ bare")).toThrow('server for the row "theirs"');
  expect(() => cell(results, "client", "ours", "÷ bare")).toThrow("npm run bench -- --only client");
});

test("rejects a README without a block for the table", () => {
  expect(() => withTable("# Nothing", {})).toThrow("has no `<!-- bench -->");
});
