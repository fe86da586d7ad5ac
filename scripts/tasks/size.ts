// What each entry costs in a browser bundle: esbuild, minified, gzip, the framework left out, all else
// included. Fails over a limit, and where README.md shows another figure than the one measured.
// `--write` puts the measured figures into README.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../lib/build.ts";
import { root } from "../lib/process.ts";
import { measureSize, sizes } from "../lib/sizes.ts";
import { close } from "../lib/suite.ts";

const readmePath = join(root, "README.md");
const write = process.argv.includes("--write");

await build();

let readme = readFileSync(readmePath, "utf8");
let passed = 0;
let failed = 0;

for (const size of sizes) {
  const bytes = await measureSize(size);
  const figure = `${(bytes / 1000).toFixed(2)} kB`;
  const problems: string[] = [];
  if (size.limit !== undefined && bytes > size.limit) {
    problems.push(`over its limit of ${(size.limit / 1000).toFixed(2)} kB`);
  }
  const mark = new RegExp(`(<!-- size:${size.name} -->)(.*?)(<!-- /size -->)`, "g");
  const shown = [...readme.matchAll(mark)].map((match) => match[2]);
  if (write) readme = readme.replace(mark, `$1${figure}$3`);
  else if (shown.some((text) => text !== figure)) {
    problems.push(`README.md says ${shown.join(", ")}; "npm run size -- --write" mends it`);
  }
  if (size.limit !== undefined && shown.length === 0) {
    problems.push(`README.md does not show it: <!-- size:${size.name} --><!-- /size -->`);
  }
  if (problems.length > 0) failed += 1;
  else passed += 1;
  const limit = size.limit === undefined ? "" : `limit ${(size.limit / 1000).toFixed(2)} kB`;
  console.log(
    `${problems.length > 0 ? "FAIL" : "ok  "} ${size.title.padEnd(46)} ${figure.padStart(8)}  ${limit}`,
  );
  for (const problem of problems) console.log(`     ${problem}`);
}

if (write) writeFileSync(readmePath, readme);
close({ passed, failed, skipped: 0 });
