/** Formats the parity table: a row for each scenario, a column for each binding. */
export function table(
  title: string,
  columns: readonly string[],
  rows: readonly string[],
  passed: (row: string, column: string) => boolean,
): string {
  const width = Math.max(title.length, ...rows.map((row) => row.length)) + 2;
  const line = (first: string, cells: readonly string[]) =>
    first.padEnd(width) +
    cells.map((cell, at) => cell.padEnd(Math.max(columns[at]?.length ?? 0, 5) + 2)).join("");
  const counts = columns.map(
    (column) => `${rows.filter((row) => passed(row, column)).length}/${rows.length}`,
  );
  return [
    line(title, columns),
    ...rows.map((row) =>
      line(
        row,
        columns.map((column) => (passed(row, column) ? "pass" : "FAIL")),
      ),
    ),
    line("", counts),
  ].join("\n");
}
