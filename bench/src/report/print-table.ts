import type { Figure, Table } from "./figures.ts";
import { show, showSpread } from "./figures.ts";

/** Prints a table with columns as wide as their content. */
export function printTable({ title, columns, rows, note }: Table): void {
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join("  ");
  console.log(`\n${title}`);
  console.log(line(columns));
  console.log(widths.map((width) => "-".repeat(width)).join("  "));
  for (const row of rows) console.log(line(row));
  if (note) console.log(note);
}

/** Makes a table of comparisons and their goals. */
export function figureTable(title: string, figures: readonly Figure[]): Table {
  return {
    title,
    columns: ["figure", "unit", "ours", "peer", "its value", "ratio", "goal", ""],
    rows: figures.map((figure) => [
      figure.name,
      figure.unit,
      showSpread(figure.ours),
      figure.peer ?? "",
      figure.peerValue ? showSpread(figure.peerValue) : "",
      figure.ratio ? showSpread(figure.ratio) : "",
      goalOf(figure),
      figure.met === undefined ? "" : figure.met ? "met" : "MISSED",
    ]),
  };
}

function goalOf({ goal }: Figure): string {
  if (!goal) return "";
  return goal.atMost === undefined ? `≥ ${show(goal.atLeast!)}` : `≤ ${show(goal.atMost)}`;
}
