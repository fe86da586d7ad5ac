// Prints the tree's facts, and fails if one is over its bound: `npm run facts`.
import { globSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";

const lines = (file: string) => readFileSync(file, "utf8").trimEnd().split("\n").length;
const isTest = (file: string) => /\.test(-d)?\.tsx?$/.test(file);
const product = globSync("packages/*/src/**/*.{ts,tsx}").filter((file) => !isTest(file));

const inFolder = new Map<string, number>();
for (const file of product) inFolder.set(dirname(file), (inFolder.get(dirname(file)) ?? 0) + 1);

const named = /^export (?:type )?\{[^}]*\} from "[^"]+";$|^"use client";$/gm;
const withLogic = globSync("packages/*/src/index.ts").filter((file) => {
  const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  return code.replace(named, "").trim() !== "";
});

let failed = false;
/** Prints each count, the largest first; marks those over the bound. */
function show(title: string, bound: number, counts: Iterable<[string, number]>): void {
  console.log(`\n${title}: at most ${bound}`);
  for (const [name, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    if (count > bound) failed = true;
    console.log(`${String(count).padStart(5)} ${count > bound ? "OVER" : "    "} ${name}`);
  }
}

show("Files in a folder of product code", 14, inFolder);
show(
  "Files beside the folders of lib",
  6,
  [...inFolder].filter(([name]) => /^packages\/(core|server)\/src\/lib$/.test(name)),
);
const longest = product.map((file): [string, number] => [file, lines(file)]);
show(
  "Lines of a product file (the longest ten)",
  250,
  longest.sort((a, b) => b[1] - a[1]).slice(0, 10),
);
const scripts = globSync("scripts/*.{ts,mjs}").map(lines);
show("Lines of scripts", 399, [["scripts/", scripts.reduce((sum, count) => sum + count, 0)]]);
show(
  "Entries with more than named re-exports",
  0,
  withLogic.map((file) => [basename(dirname(dirname(file))), 1]),
);
if (failed) process.exitCode = 1;
