// Attacks the whole system and checks what every client saw:
//   npm run chaos -- --runs 200 --store sqlite|postgres|redis|all [--seed N]   random faults
//   npm run chaos -- --kills 100 --store all                                  kill -9 in mid-answer
//   npm run chaos -- --fuzz 100000                                            hostile requests and servers
//   npm run chaos -- --limits                                                 slow, many, huge and tiny
//   npm run chaos -- --check FILE                                             checks a saved history again
// Without arguments: a short form of each. The same seed replays the same schedule.
import { join } from "node:path";
import { parseArgs } from "node:util";
import "@twinstream/harness/sources";
import { type Counts, close, sum } from "@twinstream/harness/counts";

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
} = await import("./index.ts");

// Exit by `process.exit`, so that the servers that it started end with it.
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
  const total: Counts[] = [];
  for (const kind of ["faults", "kills"] as const) {
    for (const store of counts[kind] > 0 ? stores : []) {
      if (!hasEngine(store)) {
        const enable = store === "redis" ? "redis-server" : "postgresql";
        console.log(
          `SKIPPED without ${store}: ${counts[kind]} runs. To enable: apt-get install ${enable}`,
        );
        total.push({ passed: 0, failed: 0, skipped: counts[kind] });
        continue;
      }
      const failures = join(".tmp", "chaos");
      const result = await runs({ store, kind, count: counts[kind], seed, parallel, failures });
      console.log(report(store, kind, seed, result));
      total.push({ passed: result.passed, failed: result.failed.length, skipped: 0 });
    }
  }
  if (fuzz > 0) {
    total.push(await fuzzHttp(fuzz, seed));
    total.push(fuzzDecoders(fuzz, seed));
    total.push(await fuzzSources(Math.ceil(fuzz / 50), seed));
  }
  if (values.limits || all) total.push(await limits(all ? 0.1 : 1));
  return sum(total);
}

close(values.check ? await verdict(values.check) : await attack());
