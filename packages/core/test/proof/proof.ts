import fc from "fast-check";
import { type Schedule, schedules } from "./actions.ts";
import { run } from "./schedule.ts";
import { walk } from "./walk.ts";
import type { Walked } from "./walked.ts";

/** What a proof found: empty `failure` where all held. */
export interface Proved {
  readonly passed: number;
  /** How many of the schedules had tabs that feed each other. */
  readonly shared?: number;
  readonly failure?: string;
}

/** Walks every interleaving of up to `depth` events. */
export function proveWalk(depth: number, tell: (line: string) => void): Proved {
  try {
    const walked: Walked[] = walk(depth);
    for (const { name, states, transitions, interleavings } of walked) {
      tell(
        `${name}: ${states} states, ${transitions} transitions, ${interleavings} interleavings of up to ${depth} events`,
      );
    }
    return { passed: walked.length };
  } catch (error) {
    return { passed: 0, failure: (error as Error).message };
  }
}

/** Where random schedules begin: the same seed and path replay the same schedule. */
export interface Replay {
  readonly runs: number;
  readonly seed?: number;
  readonly path?: string;
  /** Look for the shortest schedule that fails (default), or report the first one. */
  readonly shrink?: boolean;
}

/** Runs random schedules of the real client; a failure names the seed and the path that replay it. */
export async function proveSchedules({
  runs,
  seed,
  path,
  shrink = path === undefined,
}: Replay): Promise<Proved> {
  // Every request that is given up makes an error, and its stack costs more than all else.
  const { stackTraceLimit } = Error;
  if (path === undefined) Error.stackTraceLimit = 0;
  let shared = 0;
  const property = fc.asyncProperty(schedules, (schedule) => {
    if (schedule.shared) shared++;
    return run(schedule);
  });
  const result = await fc.check(property, {
    numRuns: runs,
    seed,
    path,
    // A replay shows the one schedule that failed.
    endOnFailure: !shrink,
  });
  Error.stackTraceLimit = stackTraceLimit;
  if (!result.failed) return { passed: result.numRuns, shared };
  const error = result.errorInstance as Error | undefined;
  const [schedule] = (result.counterexample ?? []) as [Schedule?];
  return {
    passed: Math.max(0, result.numRuns - 1),
    failure: [
      error?.message ?? "interrupted",
      `Schedule: ${JSON.stringify(schedule)}`,
      `Replay: PROOF_SEED=${result.seed} PROOF_PATH=${result.counterexamplePath} npm run proof`,
    ].join("\n"),
  };
}
