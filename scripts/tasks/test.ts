// Runs every suite and adds up their counts. A suite whose real part is missing is skipped loudly;
// with CI=true, a skipped suite or test fails the run.
import { build } from "../lib/build.ts";
import { type Part, parts } from "../lib/parts.ts";
import { add, type Counts, closingLine, noCounts } from "../lib/suite.ts";
import { suites } from "../lib/suites.ts";

const only = process.argv.slice(2);
const available = parts();
const chosen = suites.filter((suite) => only.length === 0 || only.includes(suite.name));
if (chosen.length === 0) {
  console.error(
    `No suite is called ${only.join(" or ")}. There are: ${suites.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}

await build();

const rows: { name: string; counts: Counts; seconds: number }[] = [];
const missing = new Map<string, { part: Part; suites: string[] }>();

for (const suite of chosen) {
  const lacking = suite.parts.map((name) => available[name]).filter((part) => !part.found);
  for (const part of lacking) {
    const entry = missing.get(part.name) ?? { part, suites: [] };
    entry.suites.push(suite.name);
    missing.set(part.name, entry);
  }
  console.log(`\n── ${suite.name}`);
  const start = performance.now();
  const counts =
    lacking.length > 0 && !suite.partly
      ? { passed: 0, failed: 0, skipped: 1 }
      : await suite.run(available);
  rows.push({ name: suite.name, counts, seconds: (performance.now() - start) / 1000 });
}

console.log("\n── all suites");
for (const { name, counts, seconds } of rows) {
  console.log(`${name.padEnd(14)} ${closingLine(counts)} (${seconds.toFixed(0)} s)`);
}
for (const { part, suites } of missing.values()) {
  console.log(
    `SKIPPED for want of ${part.name}: ${suites.join(", ")}. To enable it: ${part.enable}`,
  );
}

const total = rows.reduce((sum, row) => add(sum, row.counts), noCounts);
const strict = process.env.CI === "true" && total.skipped > 0;
if (strict) console.log("With CI=true nothing may be skipped: this run fails.");
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
if (total.failed > 0 || total.passed === 0 || strict) process.exitCode = 1;
