import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type History, saveHistory } from "../history/history.ts";
import { emptyTally, sum, type Tally, tally } from "../report/totals.ts";
import { check } from "../rules/checker.ts";
import { broken, type Violation } from "../rules/rule.ts";
import { type Arena, openArena } from "../store/store-engine.ts";
import { run } from "./run.ts";
import { killSchedule, randomSchedule, type StoreName } from "./schedule.ts";

/** Which runs to make. */
export interface RunsOptions {
  readonly store: StoreName;
  /** `faults`: everything may go wrong; `kills`: each answer's server is killed in the middle. */
  readonly kind: "faults" | "kills";
  readonly count: number;
  /** The first run's seed; those after it count up. */
  readonly seed: number;
  /** How many runs at once. */
  readonly parallel: number;
  /** Where histories of failed runs go. */
  readonly failures: string;
}

/** What came of one run. */
export interface RunResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly tally: Tally;
  /** Where the history is, where it failed and there is one. */
  readonly file?: string;
}

/** What came of all of them. */
export interface RunsResult {
  readonly passed: number;
  readonly failed: readonly RunResult[];
  readonly tally: Tally;
}

/** Makes many runs against one store and checks each. */
export async function runs(options: RunsOptions): Promise<RunsResult> {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-chaos-"));
  const arena = await openArena(options.store);
  const results: RunResult[] = [];
  try {
    const seeds = Array.from({ length: options.count }, (_, index) => options.seed + index);
    const worker = async () => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
        const result = await oneRun(options, seed, arena, folder);
        results.push(result);
      }
    };
    await Promise.all(Array.from({ length: options.parallel }, worker));
  } finally {
    await arena.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const failed = results.filter((result) => result.violations.length > 0);
  return {
    passed: results.length - failed.length,
    failed: failed.sort((a, b) => a.seed - b.seed),
    tally: results.reduce((all, result) => sum(all, result.tally), emptyTally),
  };
}

/** Makes one run and checks it. One that could not be carried out is a failure that says why; the others go on. */
export async function oneRun(
  { store, kind, failures }: Pick<RunsOptions, "store" | "kind" | "failures">,
  seed: number,
  arena: Arena,
  folder: string,
): Promise<RunResult> {
  const schedule = (kind === "kills" ? killSchedule : randomSchedule)(seed, store);
  let history: History;
  try {
    history = await run(schedule, arena, join(folder, `${seed}`));
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      seed,
      violations: [broken("carried-out", `seed ${seed}`, message)],
      tally: emptyTally,
    };
  }
  const violations = check(history);
  const result = { seed, violations, tally: tally(history) };
  if (violations.length === 0) return result;
  await mkdir(failures, { recursive: true });
  const file = join(failures, `${store}-${kind}-${seed}.jsonl`);
  await saveHistory(file, { ...history, schedule });
  return { ...result, file };
}
