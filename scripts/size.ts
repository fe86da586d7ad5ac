// Measures the bundles by size-limit, and compares README.md's figures with the measured ones.
// `npm run size -- --write` puts the measured figures into README.md.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { close } from "../tests/harness/src/counts.ts";

const measured = spawnSync(process.execPath, ["node_modules/size-limit/bin.js", "--json"], {
  cwd: import.meta.dirname,
  encoding: "utf8",
});
const sizes = JSON.parse(measured.stdout || "null");
if (!Array.isArray(sizes))
  throw new Error(`size-limit failed: ${measured.stdout}${measured.stderr}`);

let readme = readFileSync("README.md", "utf8");
let failed = 0;
for (const { name, size, sizeLimit, passed } of sizes) {
  const figure = `${(size / 1000).toFixed(2)} kB`;
  const problems = passed === false ? ["It is over its limit."] : [];
  const mark = new RegExp(`(<!-- size:${name} -->)(.*?)(<!-- /size -->)`, "g");
  if (process.argv.includes("--write")) readme = readme.replace(mark, `$1${figure}$3`);
  const shown = [...readme.matchAll(mark)].map((match) => match[2]);
  if (sizeLimit && shown.length === 0) problems.push("README.md does not show it.");
  if (shown.some((text) => text !== figure)) {
    problems.push(`README.md shows ${shown.join(", ")}: run "npm run size -- --write".`);
  }
  if (problems.length > 0) failed += 1;
  const limit = sizeLimit ? `limit ${(sizeLimit / 1000).toFixed(2)} kB` : "";
  console.log([problems.length > 0 ? "FAIL" : "ok  ", name.padEnd(12), figure, limit].join("  "));
  for (const problem of problems) console.log(`      ${problem}`);
}
if (process.argv.includes("--write")) writeFileSync("README.md", readme);
close({ passed: sizes.length - failed, failed, skipped: 0 });
