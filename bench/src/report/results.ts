import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Chart, Figure, Result } from "./figures.ts";

/** The folder of the saved results. */
export const resultsFolder = join(import.meta.dirname, "..", "..", "results");

/** The result of the last run of a benchmark. */
export interface SavedResult {
  readonly at: string;
  readonly seconds: number;
  readonly machine: object;
  readonly figures: readonly Figure[];
  readonly tables: Result["tables"];
  readonly charts: readonly Chart[];
  readonly skipped: readonly string[];
}

export type Results = Record<string, SavedResult>;

/** Reads the saved results. Without any, returns an empty object. */
export function readResults(): Results {
  try {
    return JSON.parse(readFileSync(join(resultsFolder, "latest.json"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** Finds a cell of a printed table, and returns it without its spread: `cell(results, "server", "Twinstream, SQLite", "÷ bare")`. */
export function cell(results: Results, bench: string, row: string, column: string): string {
  for (const { columns, rows } of results[bench]?.tables ?? []) {
    const found = rows.find(([name]) => name === row)?.[columns.indexOf(column)];
    if (found !== undefined) return found.split(" ")[0]!;
  }
  throw new Error(
    `There is no saved result of ${bench} for the row "${row}" and the column "${column}". Run \`npm run bench -- --only ${bench}\`.`,
  );
}
