/** How many tests passed, failed and were skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The sum of some counts. */
export function sum(counts: readonly Counts[]): Counts {
  const all = (key: keyof Counts) => counts.reduce((total, one) => total + one[key], 0);
  return { passed: all("passed"), failed: all("failed"), skipped: all("skipped") };
}

/** The line by which `npm test` counts a suite. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Reads the last closing line of an output: all zero if there is none. */
export function readClosingLine(output: string): Counts {
  const lines = output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm);
  const [, passed = 0, failed = 0, skipped = 0] = [...lines].at(-1) ?? [];
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}

/** Prints the closing line and sets the exit code: 1 for a failure, and for no test at all. */
export function close(counts: Counts): void {
  console.log(`\n${closingLine(counts)}`);
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
}
