import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "./patch.ts";

/** What SPEC.md says of one mutation. */
export interface Mutation {
  readonly name: string;
  /** The walk of the machine and of the merge catches it. */
  readonly walk: boolean;
  /** The random schedules catch it, by the rule that their failure begins with. */
  readonly schedules: string | undefined;
  /** The test files that catch it, by the end of their paths. */
  readonly tests: readonly string[];
  /** How many schedules are run against it. */
  readonly runs: number;
}

/**
 * Reads SPEC.md's tables of mutations.
 * @throws Error if a cell of "caught by" says something else than `walk`, `schedules: RULE`,
 * `` `FILE.test.ts` `` or `nothing: WHY`
 */
export function mutationsOfSpec(): Mutation[] {
  const spec = readFileSync(join(packageFolder, "SPEC.md"), "utf8");
  const [, chapter = ""] = spec.split(/^## Mutations.*$/m);
  let runs = 1500;
  const found: Mutation[] = [];
  for (const line of chapter.split("\n")) {
    runs = Number(/([\d,]+) schedules/.exec(line)?.[1]?.replace(",", "") ?? runs);
    const [, name, caught] = /^\| (.+?) \| (.+?) \|$/.exec(line) ?? [];
    if (!name || !caught || name === "mutation" || /^-+$/.test(name)) continue;
    found.push({ name, runs, ...parseCaught(name, caught) });
  }
  return found;
}

function parseCaught(name: string, caught: string): Omit<Mutation, "name" | "runs"> {
  if (caught.startsWith("nothing: ")) return { walk: false, schedules: undefined, tests: [] };
  let walk = false;
  let schedules: string | undefined;
  const tests: string[] = [];
  for (const item of caught.split("; ")) {
    const [, rule] = /^schedules: (.+)$/.exec(item) ?? [];
    const [, file] = /^`([\w./-]+\.test\.tsx?)`$/.exec(item) ?? [];
    if (item === "walk") walk = true;
    else if (rule) schedules = rule;
    else if (file) tests.push(file);
    else throw new Error(`SPEC.md says that "${name}" is caught by "${item}", which nothing is.`);
  }
  return { walk, schedules, tests };
}
