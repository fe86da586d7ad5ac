import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { boundaryProblems } from "./boundaries.ts";

const root = dirname(import.meta.dirname);

let folder: string | undefined;

/** A workspace of these files, for the rules to be tried on. */
function workspace(files: Record<string, string>): string {
  folder = mkdtempSync(join(tmpdir(), "twinstream-boundaries-"));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

afterEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
});

const index = { "packages/core/src/index.ts": 'export { a } from "./lib/a.ts";\n' };

test("this workspace keeps its own table", () => {
  expect(boundaryProblems(root)).toEqual([]);
});

test("a clean package has no problem", () => {
  expect(
    boundaryProblems(
      workspace({ ...index, "packages/core/src/lib/a.ts": "export const a = 1;\n" }),
    ),
  ).toEqual([]);
});

test.each([
  [
    "a package that it may not have",
    'import react from "react";\nexport const a = react;\n',
    "may not import react",
  ],
  ["a package by import()", 'export const a = import("react");\n', "may not import react"],
  ["a file out of src", 'export { a } from "../../../server/src/a.ts";\n', "reaches out of src"],
  ["an entry above it", 'export { a } from "../index.ts";\n', "imports an entry"],
])("a file that imports %s is found", (_, text, problem) => {
  const problems = boundaryProblems(workspace({ ...index, "packages/core/src/lib/a.ts": text }));
  expect(problems.join("\n")).toContain(problem);
});

test("the heart may import no shell", () => {
  const problems = boundaryProblems(
    workspace({
      ...index,
      "packages/core/src/lib/a.ts": "export const a = 1;\n",
      "packages/core/src/lib/machine.ts": 'import { a } from "./a.ts";\nexport const m = a;\n',
    }),
  );
  expect(problems.join("\n")).toContain("is the pure heart");
});

test("a circle is found", () => {
  const problems = boundaryProblems(
    workspace({
      ...index,
      "packages/core/src/lib/a.ts": 'import { b } from "./b.ts";\nexport const a = () => b;\n',
      "packages/core/src/lib/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;\n',
    }),
  );
  expect(problems.join("\n")).toContain("a circle");
});

test("logic in an index is found", () => {
  const problems = boundaryProblems(
    workspace({ "packages/core/src/index.ts": "export const a = 1;\n" }),
  );
  expect(problems.join("\n")).toContain("more than named re-exports");
});

test("an example that reaches into a package, and a package that imports an example, are found", () => {
  const problems = boundaryProblems(
    workspace({
      "packages/core/src/index.ts": 'export { a } from "../../../examples/b/src/b.ts";\n',
      "examples/b/src/b.ts": 'export { a } from "@twinstream/core/dist/index.js";\n',
      "examples/b/src/c.ts": 'export { a } from "../../../packages/core/src/index.ts";\n',
    }),
  );
  expect(problems.filter((problem) => problem.includes("published names only"))).toHaveLength(2);
  expect(problems.join("\n")).toContain("imports an example");
});
