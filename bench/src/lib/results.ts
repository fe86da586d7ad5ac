import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Chart, Figure, Result } from "./figures.ts";

/** Where results are kept. */
export const resultsFolder = join(import.meta.dirname, "..", "..", "results");

/** What a benchmark came to when it was run last. */
export interface Kept {
  readonly at: string;
  readonly seconds: number;
  readonly machine: object;
  readonly figures: readonly Figure[];
  readonly tables: Result["tables"];
  readonly charts: readonly Chart[];
  readonly skipped: readonly string[];
}

export type Results = Record<string, Kept>;

/** The results that are kept; none where there was no run yet. */
export function readResults(): Results {
  try {
    return JSON.parse(readFileSync(join(resultsFolder, "latest.json"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** The cell of a printed table, without its spread: `cell(results, "server", "Twinstream, SQLite", "÷ bare")`. */
export function cell(results: Results, bench: string, row: string, column: string): string {
  for (const { columns, rows } of results[bench]?.tables ?? []) {
    const found = rows.find(([name]) => name === row)?.[columns.indexOf(column)];
    if (found !== undefined) return found.split(" ")[0]!;
  }
  throw new Error(`There is no result of ${bench} for "${row}", "${column}": run it.`);
}
