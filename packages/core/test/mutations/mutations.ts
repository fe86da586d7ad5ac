// Makes each of SPEC.md's mutations, and checks that what SPEC.md says catches it.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type Edit, type Patches, packageFolder } from "./patch.ts";
import { patches } from "./patches/patches.ts";
import { type Mutation, mutationsOfSpec } from "./spec.ts";

const AT_ONCE = 2;
/** A mutant that runs for longer hangs. */
const PATIENCE_MS = 150_000;

/** How many mutations were caught as SPEC.md says, and how many were not. */
export interface Judged {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Makes each mutation whose name has `filter` in it, and reports each to `report`.
 * SPEC.md and the patches must name the same mutations.
 */
export async function proveMutations(
  filter: string,
  report: (line: string) => void,
): Promise<Judged> {
  const mutations = mutationsOfSpec();
  const problems = unmatched(mutations, patches);
  for (const problem of problems) report(`FAIL ${problem}`);
  let passed = 0;
  let failed = problems.length;
  const waiting = mutations.filter(({ name }) => name.includes(filter) && patches[name]);
  const work = async () => {
    for (let mutation = waiting.shift(); mutation; mutation = waiting.shift()) {
      const wrong = await judge(mutation, patches[mutation.name] ?? []);
      if (wrong.length === 0) passed++;
      else failed++;
      report(`${wrong.length === 0 ? "ok  " : "FAIL"} ${mutation.name}`);
      for (const line of wrong) report(`     ${line}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { passed, failed };
}

function unmatched(mutations: readonly Mutation[], made: Patches): string[] {
  const named = new Set(mutations.map(({ name }) => name));
  return [
    ...mutations.filter(({ name }) => !made[name]).map(({ name }) => `no patch makes "${name}"`),
    ...Object.keys(made)
      .filter((name) => !named.has(name))
      .map((name) => `SPEC.md does not have "${name}"`),
  ];
}

/** What is otherwise than SPEC.md says; empty if nothing is. */
async function judge(mutation: Mutation, ways: readonly (readonly Edit[])[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const [index, edits] of ways.entries()) {
    const which = ways.length > 1 ? ` (way ${index + 1} of ${ways.length})` : "";
    for (const problem of await judgeMutant(mutation, edits)) wrong.push(problem + which);
  }
  return wrong;
}

async function judgeMutant(mutation: Mutation, edits: readonly Edit[]): Promise<string[]> {
  const wrong: string[] = [];
  const proved = await prove(edits, mutation.runs);
  if ("broken" in proved) return [`the proof did not run: ${proved.broken}`];
  const { walk, schedules } = proved;
  if ((walk !== null) !== mutation.walk) wrong.push(`the walk finds ${walk ?? "nothing"}`);
  const rule = mutation.schedules;
  if (rule === undefined ? schedules !== null : !schedules?.startsWith(rule)) {
    wrong.push(`the schedules find ${schedules?.split("\n")[0]?.slice(0, 200) ?? "nothing"}`);
  }
  for (const file of mutation.tests) {
    const failures = await test(edits, [file]);
    if (typeof failures === "string") wrong.push(`${file} did not run: ${failures}`);
    else if (failures.length === 0) wrong.push(`${file} passes`);
  }
  if (!mutation.walk && rule === undefined && mutation.tests.length === 0) {
    const failures = await test(edits, []);
    if (typeof failures === "string") wrong.push(`the tests did not run: ${failures}`);
    else for (const name of failures) wrong.push(`a test finds it: ${name}`);
  }
  return wrong;
}

type Proof =
  | { readonly walk: string | null; readonly schedules: string | null }
  | { readonly broken: string };

async function prove(edits: readonly Edit[], runs: number): Promise<Proof> {
  const { output } = await node(edits, [
    "--import",
    join(import.meta.dirname, "load-patched.ts"),
    join(import.meta.dirname, "prove-mutant.ts"),
    String(runs),
  ]);
  const [walk, schedules] = output.split("\n").map(parseFound);
  if (walk === undefined) return { broken: output.slice(-400) };
  return { walk, schedules: schedules === undefined ? "they do not end" : schedules };
}

/** What a line of `prove-mutant.ts` says; undefined if it is none. */
function parseFound(line: string): string | null | undefined {
  return /^(null|".*")$/.test(line) ? JSON.parse(line) : undefined;
}

/** The names of the tests that fail on a mutant; a text if they could not be run. */
async function test(edits: readonly Edit[], files: readonly string[]): Promise<string[] | string> {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-mutant-"));
  const reportFile = join(folder, "report.json");
  try {
    const { output } = await node(edits, [
      join(packageFolder, "../../node_modules/vitest/vitest.mjs"),
      "run",
      `--config=${join(import.meta.dirname, "vitest.config.ts")}`,
      "--reporter=json",
      `--outputFile=${reportFile}`,
      ...files,
    ]);
    const report = JSON.parse(await readFile(reportFile, "utf8").catch(() => "null"));
    if (!report || report.numTotalTests === 0) return output.slice(-400);
    return report.testResults.flatMap(
      (file: { name: string; assertionResults: { status: string; fullName: string }[] }) =>
        file.assertionResults
          .filter(({ status }) => status === "failed")
          .map(({ fullName }) => `${relative(packageFolder, file.name)}: ${fullName}`),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs Node on a mutant. A process that hangs is ended. */
function node(edits: readonly Edit[], args: readonly string[]): Promise<{ output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      cwd: packageFolder,
      env: { ...process.env, TWINSTREAM_MUTANT: JSON.stringify(edits) },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PATIENCE_MS,
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", () => resolve({ output }));
  });
}
