// Attacks the whole system and checks what comes of it:
//   npm run chaos -- --runs 200 --store sqlite|postgres|redis|all [--seed N]   random faults
//   npm run chaos -- --kills 100 --store all                                  kill -9 in mid-answer
//   npm run chaos -- --fuzz 100000                                            hostile requests and servers
//   npm run chaos -- --limits                                                 slow, many, huge and tiny
//   npm run chaos -- --check FILE                                             checks a saved history again
// Without arguments: a short form of each. The same seed replays the same schedule.
import { join } from "node:path";
import { parseArgs } from "node:util";
import "../../tests/harness/src/sources.ts";
import { parts } from "../lib/parts.ts";
import { root } from "../lib/process.ts";
import { add, type Counts, close, noCounts } from "../lib/suite.ts";

const {
  fuzzDecoders,
  fuzzHttp,
  fuzzSources,
  hasEngine,
  limits,
  report,
  runs,
  storeNames,
  verdict,
} = await import("../../tests/chaos/src/index.ts");

// Ended by a signal it still takes its servers with it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    kills: { type: "string" },
    fuzz: { type: "string" },
    limits: { type: "boolean" },
    store: { type: "string", default: "all" },
    seed: { type: "string", default: "1" },
    parallel: { type: "string", default: "6" },
    check: { type: "string" },
  },
});

function whole(name: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  console.error(`--${name} must be a whole number from 0 on, not ${JSON.stringify(value)}.`);
  process.exit(2);
}

const stores = storeNames.filter((name) => values.store === "all" || values.store === name);
if (stores.length === 0) {
  console.error(`There is no store ${values.store}. Give one of ${storeNames.join(", ")} or all.`);
  process.exit(2);
}
const seed = whole("seed", values.seed);
const parallel = Math.max(1, whole("parallel", values.parallel));
const all = [values.runs, values.kills, values.fuzz, values.limits].every(
  (value) => value === undefined,
);
const counts = {
  faults: whole("runs", values.runs ?? (all ? "30" : "0")),
  kills: whole("kills", values.kills ?? (all ? "5" : "0")),
};
const fuzz = whole("fuzz", values.fuzz ?? (all ? "2000" : "0"));

async function attack(): Promise<Counts> {
  let total: Counts = noCounts;
  for (const kind of ["faults", "kills"] as const) {
    for (const store of counts[kind] > 0 ? stores : []) {
      if (!hasEngine(store)) {
        const { enable } = parts()[store === "redis" ? "redis" : "postgres"];
        console.log(
          `SKIPPED: ${counts[kind]} runs on ${store}, which is not here. To enable: ${enable}`,
        );
        total = add(total, { passed: 0, failed: 0, skipped: counts[kind] });
        continue;
      }
      const failures = join(root, ".tmp", "chaos");
      const result = await runs({ store, kind, count: counts[kind], seed, parallel, failures });
      console.log(report(store, kind, seed, result));
      total = add(total, { passed: result.passed, failed: result.failed.length, skipped: 0 });
    }
  }
  if (fuzz > 0) {
    total = add(total, await fuzzHttp(fuzz, seed));
    total = add(total, fuzzDecoders(fuzz, seed));
    total = add(total, await fuzzSources(Math.ceil(fuzz / 50), seed));
  }
  if (values.limits || all) total = add(total, await limits(all ? 0.1 : 1));
  return total;
}

close(values.check ? await verdict(values.check) : await attack());
