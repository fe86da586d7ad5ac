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
import { question } from "./benches/question.ts";
import { refresh } from "./benches/refresh.ts";
import { server } from "./benches/server.ts";
import { size } from "./benches/size.ts";
import { drawChart } from "./report/chart.ts";
import type { Result } from "./report/figures.ts";
import { figureTable, printTable } from "./report/print-table.ts";
import { withTable } from "./report/readme.ts";
import { type Results, readResults, resultsFolder } from "./report/results.ts";

const benches: Record<string, () => Promise<Result>> = {
  bytes: followerBytes,
  client,
  browser,
  server,
  "first-token": firstToken,
  question,
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
    `There is no benchmark named ${unknown.join(", ")}. Choose from ${Object.keys(benches).join(", ")}.`,
  );
  process.exit(2);
}

mkdirSync(resultsFolder, { recursive: true });

// A run of some benchmarks keeps the saved results of the others. Each says when it was measured.
const before = readResults();
const saved: Results = {};
for (const name of Object.keys(benches)) if (before[name]) saved[name] = before[name];
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

// Several times the duration of the longest benchmark on a busy machine.
const LIMIT_MS = 20 * 60_000;

/** Rejects after the time limit of one benchmark. */
function timeLimit(): Promise<never> {
  return new Promise((_, reject) => {
    const error = () =>
      reject(new Error(`The benchmark did not end within ${LIMIT_MS / 60_000} minutes.`));
    setTimeout(error, LIMIT_MS).unref();
  });
}

const goals = { met: 0, missed: [] as string[] };
const failed: string[] = [];
for (const name of chosen) {
  const start = performance.now();
  let result: Result;
  try {
    result = await Promise.race([benches[name]!(), timeLimit()]);
  } catch (error) {
    failed.push(name);
    console.log(`\nFAIL ${name}: ${error instanceof Error ? error.stack : error}`);
    continue;
  }
  const { figures, tables, charts = [], skipped = [] } = result;
  const seconds = Math.round((performance.now() - start) / 1000);
  for (const table of tables) printTable(table);
  printTable(figureTable(`${name}: goals, median (min–max) of the rounds`, figures));
  for (const reason of skipped) console.log(`SKIPPED ${reason}`);
  console.log(`${name} took ${seconds} s`);
  for (const chart of charts) {
    writeFileSync(join(resultsFolder, `${chart.file}.svg`), drawChart(chart));
  }
  const at = new Date().toISOString();
  saved[name] = { at, seconds, machine, figures, tables, charts, skipped };
  goals.met += figures.filter(({ met }) => met === true).length;
  for (const { name, peer, met } of figures) {
    if (met === false)
      goals.missed.push(peer === undefined ? name : `${name}, compared with ${peer}`);
  }
  writeFileSync(join(resultsFolder, "latest.json"), `${JSON.stringify(saved, null, 2)}\n`);
}
// If an engine or the browser is missing, the README keeps its figures.
const complete = Object.keys(benches).every(
  (name) => saved[name] && saved[name].skipped.length === 0,
);
if (complete) writeFileSync(readme, withTable(readFileSync(readme, "utf8"), saved));

console.log();
for (const goal of goals.missed) console.log(`MISSED ${goal}`);
console.log(`${goals.met} goals met, ${goals.missed.length} missed`);
// A missed goal is a finding. Only a benchmark that could not run fails the command.
for (const name of failed) console.log(`FAIL ${name}`);
console.log(`\n${chosen.length - failed.length} passed, ${failed.length} failed`);
// This also ends what a failed benchmark has left running.
process.exit(failed.length > 0 ? 1 : 0);
