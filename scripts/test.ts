// Runs every suite, two side by side, and adds up their counts: `npm test`, or `npm test -- unit e2e`.
// A suite whose real part is missing is skipped loudly; with CI=true, anything skipped fails the run.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { hasChromium } from "../tests/harness/src/chromium.ts";
import {
  type Counts,
  close,
  closingLine,
  readClosingLine,
  sum,
} from "../tests/harness/src/counts.ts";
import { hasPostgres } from "../tests/harness/src/postgres.ts";
import { hasRedis } from "../tests/harness/src/redis.ts";

/** The suites, the longest first, and the real parts that each runs against. */
const suites: Readonly<Record<string, readonly (keyof typeof parts)[]>> = {
  e2e: ["Chromium"],
  chaos: ["Redis", "Postgres"],
  unit: ["Chromium", "Redis", "Postgres"],
  proof: [],
  packed: ["Chromium"],
  conformance: [],
};

/** The real parts, which npm cannot install. */
const parts = {
  Chromium: { found: hasChromium(), enable: "apt-get install chromium, or set CHROMIUM_PATH" },
  Redis: { found: hasRedis(), enable: "apt-get install redis-server, or set REDIS_URL" },
  Postgres: { found: hasPostgres(), enable: "apt-get install postgresql, or set DATABASE_URL" },
};

const only = process.argv.slice(2);
const unknown = only.filter((name) => !Object.hasOwn(suites, name));
if (unknown.length > 0) {
  const all = Object.keys(suites).join(", ");
  console.error(`There is no suite ${unknown.join(", ")}. There are: ${all}.`);
  process.exit(2);
}
const chosen = Object.keys(suites).filter((name) => only.length === 0 || only.includes(name));
const alone = chosen.length === 1;
const shell = process.platform === "win32";
const children = new Set<ChildProcess>();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
process.on("exit", () => {
  for (const child of children) child.kill();
});

/** Runs a suite. Its output is shown in one piece, or at once if the suite is alone. */
async function run(name: string): Promise<Counts> {
  // Every story needs the browser. The other suites skip only the tests that need a missing part.
  if (name === "e2e" && !parts.Chromium.found) return { passed: 0, failed: 0, skipped: 1 };
  const env = { ...process.env, TWINSTREAM_BUILT: alone ? "" : "true" };
  const child = spawn("npm", ["run", "--silent", name], { shell, env, stdio: "pipe" });
  children.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (alone) process.stdout.write(text);
    });
  }
  const code = await new Promise((resolve) => child.on("close", resolve));
  children.delete(child);
  if (!alone) console.log(`\n── ${name}\n${output.trimEnd()}`);
  const counts = readClosingLine(output);
  // A suite that fails without saying how often is one failure, never none.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

if (!alone) {
  const apps = ["--build", "@twinstream-examples/*"];
  const { status } = spawnSync("npm", ["run", "--silent", "build", "--", ...apps], {
    shell,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(1);
}
const rows = new Map<string, { counts: Counts; seconds: number }>();
const queue = [...chosen];
async function lane(): Promise<void> {
  for (let name = queue.shift(); name; name = queue.shift()) {
    const start = performance.now();
    rows.set(name, { counts: await run(name), seconds: (performance.now() - start) / 1000 });
  }
}
await Promise.all([lane(), lane()]);

console.log("\n── all suites");
for (const name of chosen) {
  const { counts, seconds } = rows.get(name)!;
  console.log(`${name.padEnd(14)} ${closingLine(counts)} (${seconds.toFixed(0)} s)`);
}
for (const [part, { found, enable }] of Object.entries(parts)) {
  const without = chosen.filter((name) => suites[name]!.some((needed) => needed === part));
  if (!found && without.length > 0) {
    console.log(`SKIPPED without ${part}: ${without.join(", ")}. To enable: ${enable}.`);
  }
}
const total = sum([...rows.values()].map(({ counts }) => counts));
if (process.env.CI === "true" && total.skipped > 0) {
  console.log("With CI=true nothing may be skipped: this run fails.");
  process.exitCode = 1;
}
close(total);
