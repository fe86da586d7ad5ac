// Runs the benchmarks: `npm run bench`, or `npm run bench -- --only server --only client`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { browser } from "./benches/browser.ts";
import { followerBytes } from "./benches/bytes.ts";
import { client } from "./benches/client.ts";
import { fanOut } from "./benches/fan-out.ts";
import { firstToken } from "./benches/first-token.ts";
import { growth } from "./benches/growth.ts";
import { refresh } from "./benches/refresh.ts";
import { server } from "./benches/server.ts";
import { size } from "./benches/size.ts";
import type { Result } from "./lib/figures.ts";
import { withTable } from "./lib/readme.ts";
import { figureTable, printTable } from "./lib/report.ts";
import { type Results, readResults, resultsFolder } from "./lib/results.ts";
import { drawChart } from "./lib/svg.ts";

const benches: Record<string, () => Promise<Result>> = {
  bytes: followerBytes,
  client,
  browser,
  server,
  "first-token": firstToken,
  "fan-out": fanOut,
  refresh,
  size,
  growth,
};

const readme = join(import.meta.dirname, "..", "..", "README.md");
const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const chosen = values.only ?? Object.keys(benches);
const unknown = chosen.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(", ")}: give one of ${Object.keys(benches).join(", ")}.`,
  );
  process.exit(2);
}

mkdirSync(resultsFolder, { recursive: true });

// A run of some benchmarks leaves the others' results as they are; each says when it was run.
const before = readResults();
const kept: Results = {};
for (const name of Object.keys(benches)) if (before[name]) kept[name] = before[name];
const machine = {
  node: process.version,
  platform: `${platform()} ${arch()}`,
  cpu: cpus()[0]?.model.trim(),
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
};
console.log(
  `Node ${machine.node} on ${machine.platform}, ${machine.cores} × ${machine.cpu}, ${machine.memory}`,
);

// Several times what any of them takes on a busy machine.
const LIMIT_MS = 20 * 60_000;

/** Rejects after the time limit of one benchmark. */
function late(): Promise<never> {
  return new Promise((_, reject) => {
    const error = () => reject(new Error(`It did not end within ${LIMIT_MS / 60_000} minutes.`));
    setTimeout(error, LIMIT_MS).unref();
  });
}

const goals = { met: 0, missed: [] as string[] };
const failed: string[] = [];
for (const name of chosen) {
  const start = performance.now();
  let result: Result;
  try {
    result = await Promise.race([benches[name]!(), late()]);
  } catch (error) {
    failed.push(name);
    console.log(`\nFAIL ${name}: ${error instanceof Error ? error.stack : error}`);
    continue;
  }
  const { figures, tables, charts = [], skipped = [] } = result;
  const seconds = Math.round((performance.now() - start) / 1000);
  for (const table of tables) printTable(table);
  printTable(figureTable(`${name}: beside its goals, median (least–most) of the rounds`, figures));
  for (const reason of skipped) console.log(`SKIPPED ${reason}`);
  console.log(`${name} took ${seconds} s`);
  for (const chart of charts) {
    writeFileSync(join(resultsFolder, `${chart.file}.svg`), drawChart(chart));
  }
  const at = new Date().toISOString();
  kept[name] = { at, seconds, machine, figures, tables, charts, skipped };
  goals.met += figures.filter(({ met }) => met === true).length;
  for (const { name, peer, met } of figures) {
    if (met === false) goals.missed.push(peer === undefined ? name : `${name}, beside ${peer}`);
  }
  writeFileSync(join(resultsFolder, "latest.json"), `${JSON.stringify(kept, null, 2)}\n`);
}
// Where an engine or the browser is missing, the README keeps what it shows.
const whole = Object.keys(benches).every((name) => kept[name] && kept[name].skipped.length === 0);
if (whole) writeFileSync(readme, withTable(readFileSync(readme, "utf8"), kept));

console.log();
for (const one of goals.missed) console.log(`MISSED ${one}`);
console.log(`${goals.met} goals met, ${goals.missed.length} missed`);
// A missed goal is a finding: what fails is a benchmark that could not be run.
for (const name of failed) console.log(`FAIL ${name}`);
console.log(`\n${chosen.length - failed.length} passed, ${failed.length} failed`);
// What a benchmark that failed has left running ends with this process.
process.exit(failed.length > 0 ? 1 : 0);
