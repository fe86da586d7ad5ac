// Proves the client's merge: every short interleaving, and random schedules.
//   PROOF_RUNS=200000 npm run proof                    more schedules (20,000 by default)
//   PROOF_SEED=… PROOF_PATH=… npm run proof            replays a schedule that failed
//   npm run proof -- --mutations                       makes SPEC.md's mutations, and checks what catches them
//   npm run proof -- --mutations=tabs                  those with "tabs" in their names
import { close } from "@twinstream/harness/counts";
import { proveMutations } from "../mutations/mutations.ts";
import { proveSchedules, proveWalk } from "./proof.ts";

const [flag, filter = ""] = (process.argv[2] ?? "").split("=");
if (flag === "--mutations") {
  close({ ...(await proveMutations(filter, console.log)), skipped: 0 });
} else if (flag) {
  console.error(`There is no option ${flag}. There is --mutations, or --mutations=NAME for some.`);
  process.exitCode = 2;
} else {
  await prove();
}

/** Proves the code as it is. */
async function prove(): Promise<void> {
  const { PROOF_RUNS = "20000", PROOF_SEED, PROOF_PATH } = process.env;
  const runs = Number(PROOF_RUNS);
  const seed = PROOF_SEED === undefined ? undefined : Number(PROOF_SEED);
  if (!Number.isSafeInteger(runs) || runs < 1 || (seed !== undefined && !Number.isInteger(seed))) {
    console.error("PROOF_RUNS must be a whole number from 1 on, and PROOF_SEED a whole number.");
    process.exitCode = 2;
    return;
  }
  const walked = proveWalk(7, console.log);
  if (walked.failure) console.error(walked.failure);
  const scheduled = await proveSchedules({ runs, seed, path: PROOF_PATH });
  if (scheduled.failure) console.error(scheduled.failure);
  const { shared } = scheduled;
  console.log(
    `${scheduled.passed} random schedules${shared === undefined ? "" : `, ${shared} of them with tabs that feed each other`}`,
  );
  close({
    passed: walked.passed + scheduled.passed,
    failed: (walked.failure ? 1 : 0) + (scheduled.failure ? 1 : 0),
    skipped: 0,
  });
}
