import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin, type RunOptions, runNode } from "./process.ts";

/** How many tests passed, failed and were skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noCounts: Counts = { passed: 0, failed: 0, skipped: 0 };

/** The sum of two counts. */
export function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

/** The plain closing line of a command. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Prints the closing line and sets the exit code: a failure, or no test at all, is 1. */
export function close(counts: Counts): void {
  console.log(`\n${closingLine(counts)}`);
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
}

/** The counts of the last closing line in a command's output; undefined where there is none. */
export function readClosingLine(output: string): Counts | undefined {
  const lines = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)];
  const last = lines.at(-1);
  if (!last) return undefined;
  return { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3] ?? 0) };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

/**
 * Runs vitest with arguments of its own (`["--project", "core"]`) and returns the counts.
 * A file that does not load, and a run that dies, count as a failure.
 * @param options.config the configuration's path from the root; by default the workspace's
 */
export async function vitest(
  args: readonly string[],
  { config = "vitest.workspace.ts", ...options }: RunOptions & { config?: string } = {},
): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-test-"));
  const report = join(folder, "report.json");
  try {
    const { code } = await runNode(
      bin("vitest", "vitest.mjs"),
      [
        "run",
        "--root=.",
        `--config=${config}`,
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
        ...args,
      ],
      options,
    );
    const read = JSON.parse(await readFile(report, "utf8").catch(() => "null"));
    return vitestCounts(read, code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function vitestCounts(report: VitestReport | null, code: number): Counts {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    // An unhandled error fails the run though no test failed.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
