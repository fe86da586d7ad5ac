// Runs the benchmarks: `npm run bench`, or `npm run bench -- --only server --only client`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { answer } from "./benches/answer.ts";
import { followerBytes } from "./benches/bytes.ts";
import { client } from "./benches/client.ts";
import { fanOut } from "./benches/fan-out.ts";
import { firstToken } from "./benches/first-token.ts";
import { growth } from "./benches/growth.ts";
import { refresh } from "./benches/refresh.ts";
import { server } from "./benches/server.ts";
import { size } from "./benches/size.ts";
import type { Figure, Result } from "./lib/figures.ts";
import { figureTable, printTable } from "./lib/report.ts";
import { drawChart } from "./lib/svg.ts";

const benches: Record<string, () => Promise<Result>> = {
  answer,
  bytes: followerBytes,
  client,
  server,
  "first-token": firstToken,
  "fan-out": fanOut,
  refresh,
  size,
  growth,
};

const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const chosen = values.only ?? Object.keys(benches);
const unknown = chosen.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(", ")}: give one of ${Object.keys(benches).join(", ")}.`,
  );
  process.exit(2);
}

const folder = join(import.meta.dirname, "..", "results");
const latest = join(folder, "latest.json");
mkdirSync(folder, { recursive: true });

interface Kept {
  readonly at: string;
  readonly seconds: number;
  readonly machine: object;
  readonly figures: readonly Figure[];
  readonly tables: Result["tables"];
  readonly skipped?: readonly string[];
}

// A run of some benchmarks leaves the others' results as they are; each says when it was run.
const kept: Record<string, Kept> = existsSync(latest)
  ? JSON.parse(readFileSync(latest, "utf8"))
  : {};
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

let measured = 0;
const missed: string[] = [];
for (const name of chosen) {
  const start = performance.now();
  const { figures, tables, charts = [], skipped = [] } = await benches[name]!();
  const seconds = Math.round((performance.now() - start) / 1000);
  for (const table of tables) printTable(table);
  printTable(figureTable(`${name}: beside its goals, median (least–most) of the rounds`, figures));
  for (const reason of skipped) console.log(`SKIPPED ${reason}`);
  console.log(`${name} took ${seconds} s`);
  for (const chart of charts) writeFileSync(join(folder, `${chart.file}.svg`), drawChart(chart));
  kept[name] = { at: new Date().toISOString(), seconds, machine, figures, tables, skipped };
  measured += figures.filter(({ met }) => met === true).length;
  missed.push(
    ...figures
      .filter(({ met }) => met === false)
      .map((figure) => `${figure.name} (${figure.peer ?? "alone"})`),
  );
  writeFileSync(latest, `${JSON.stringify(kept, null, 2)}\n`);
}

for (const one of missed) console.log(`MISSED ${one}`);
console.log(`\n${measured} goals met, ${missed.length} missed`);
// A missed goal is a finding and no failure: a benchmark that does not run ends the command before this line.
console.log(`\n${chosen.length} passed, 0 failed`);
