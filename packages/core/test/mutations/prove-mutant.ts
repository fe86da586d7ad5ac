// Runs the proof on this process' mutant, and prints what the walk found, and what the schedules found,
// as a line of JSON each:
//   node --import …/load-patched.ts prove-mutant.ts SCHEDULES
import { proveSchedules, proveWalk } from "../proof/proof.ts";

// One seed, so that a mutant meets the same schedules each time.
const SEED = 1;
const WALK_DEPTH = 5;

const runs = Number(process.argv[2]);
// Printed before the schedules run, which may not end.
console.log(JSON.stringify(proveWalk(WALK_DEPTH, () => {}).failure ?? null));
const { failure } = await proveSchedules({ runs, seed: SEED, shrink: false });
console.log(JSON.stringify(failure ?? null));
