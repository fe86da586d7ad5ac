import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type History, saveHistory } from "../history/history.ts";
import { addTotals, noTotals, type Totals, totalsOf } from "../report/totals.ts";
import { check } from "../rules/checker.ts";
import { broken, type Violation } from "../rules/rule.ts";
import type { StoreName } from "../store/open-store.ts";
import { type StoreEngine, startStoreEngine } from "../store/store-engine.ts";
import { run } from "./run.ts";
import { killSchedule, randomSchedule } from "./schedule.ts";

/** The options of `runs`. */
export interface RunsOptions {
  readonly store: StoreName;
  /** `faults`: random faults of every kind. `kills`: each answer's server is killed in the middle. */
  readonly kind: "faults" | "kills";
  readonly count: number;
  /** The seed of the first run. Each later run has the next seed. */
  readonly seed: number;
  /** The number of runs at once. */
  readonly parallel: number;
  /** The folder for the histories of failed runs. */
  readonly failures: string;
}

/** The result of one run. */
export interface RunResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly totals: Totals;
  /** The file of the history, if the run failed and has one. */
  readonly file?: string;
}

/** The result of many runs. */
export interface RunsResult {
  readonly passed: number;
  readonly failed: readonly RunResult[];
  readonly totals: Totals;
}

/** Makes many runs on one store and checks each. */
export async function runs(options: RunsOptions): Promise<RunsResult> {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-chaos-"));
  const engine = await startStoreEngine(options.store);
  const results: RunResult[] = [];
  try {
    const seeds = Array.from({ length: options.count }, (_, index) => options.seed + index);
    const worker = async () => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
        const result = await oneRun(options, seed, engine, folder);
        results.push(result);
      }
    };
    await Promise.all(Array.from({ length: options.parallel }, worker));
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const failed = results.filter((result) => result.violations.length > 0);
  return {
    passed: results.length - failed.length,
    failed: failed.sort((a, b) => a.seed - b.seed),
    totals: results.reduce((all, result) => addTotals(all, result.totals), noTotals),
  };
}

/** Makes one run and checks it. A run that cannot be carried out is a failure with the error as its message. */
export async function oneRun(
  { store, kind, failures }: Pick<RunsOptions, "store" | "kind" | "failures">,
  seed: number,
  engine: StoreEngine,
  folder: string,
): Promise<RunResult> {
  const schedule = (kind === "kills" ? killSchedule : randomSchedule)(seed, store);
  let history: History;
  try {
    history = await run(schedule, engine, join(folder, `${seed}`));
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      seed,
      violations: [broken("carried-out", `seed ${seed}`, message)],
      totals: noTotals,
    };
  }
  const violations = check(history);
  const result = { seed, violations, totals: totalsOf(history) };
  if (violations.length === 0) return result;
  await mkdir(failures, { recursive: true });
  const file = join(failures, `${store}-${kind}-${seed}.jsonl`);
  await saveHistory(file, { ...history, schedule });
  return { ...result, file };
}
