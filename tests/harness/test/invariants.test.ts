import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const PAGE = "docs/internals/invariants.md";
const page = readFileSync(join(root, PAGE), "utf8");

/** The numbers of the page's list: `1. **Visible text only grows.**`. */
const listed = Array.from(page.matchAll(/^(\d+)\. \*\*/gm), ([, number]) => Number(number));

/** Every text file of ours that may cite an invariant. */
const files = globSync(
  ["*.md", "{bench,docs,examples,packages,scripts,tests}/**/*.{md,ts,tsx,mjs,vue,svelte}"],
  { cwd: root, exclude: (name) => /(^|\/)(node_modules|dist|\.[\w-]+)$/.test(name) },
).filter((file) => file !== PAGE && !file.endsWith("invariants.test.ts"));

/** The numbers that a text cites: "invariant 7", "(invariants 4, 12)", "invariants 1 to 7, 9 and 10". */
function citedNumbers(text: string): number[] {
  const cited: number[] = [];
  for (const [, list] of text.matchAll(/\binvariants?\s+(\d+(?:(?:,|\s+and|\s+to)?\s+\d+)*)/gi)) {
    for (const [, from, to] of list!.matchAll(/(\d+)(?:\s+to\s+(\d+))?/g)) {
      for (let number = Number(from); number <= Number(to ?? from); number++) cited.push(number);
    }
  }
  return cited;
}

test("the page numbers its invariants from 1, without a gap, and has a row for each in its table", () => {
  expect(listed).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  const rows = Array.from(page.matchAll(/^\| (\d+) \|/gm), ([, number]) => Number(number));
  expect(rows).toEqual(listed);
});

test("a citation is read as a number, a list or a range", () => {
  expect(citedNumbers("see invariant 7: and")).toEqual([7]);
  expect(citedNumbers("(invariants 4, 12)")).toEqual([4, 12]);
  expect(citedNumbers("Invariants 1 to 3, 9 and 10 hold in 5 tabs")).toEqual([1, 2, 3, 9, 10]);
  expect(citedNumbers("an invariant of 3 tabs")).toEqual([]);
});

test("every invariant that is cited stands on the page", () => {
  const wrong = files.flatMap((file) =>
    citedNumbers(readFileSync(join(root, file), "utf8"))
      .filter((number) => !listed.includes(number))
      .map((number) => `${file} cites invariant ${number}`),
  );
  expect(wrong).toEqual([]);
});

test("the tests and the checker's rules cite each invariant but those that a benchmark holds", () => {
  const cited = new Set(
    files
      .filter((file) => /\/test\/|\.test\.|^tests\//.test(file))
      .flatMap((file) => citedNumbers(readFileSync(join(root, file), "utf8"))),
  );
  expect(listed.filter((number) => !cited.has(number))).toEqual([8]);
});

test("the client's specification lists invariants of the page", () => {
  const spec = readFileSync(join(root, "packages/core/SPEC.md"), "utf8");
  const rows = Array.from(spec.matchAll(/^\| (\d+) \w/gm), ([, number]) => Number(number));
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter((number) => !listed.includes(number))).toEqual([]);
});

describe("what holds the invariants exists", () => {
  test.each(Array.from(page.matchAll(/\]\(([^)#]+)/g), ([, link]) => link!))("%s", (link) => {
    expect(existsSync(join(root, dirname(PAGE), link))).toBe(true);
  });

  const rules = new Set(page.match(/(?<=`)[a-z]+(?:-[a-z]+)+(?=`)/g));
  const checker = files
    .filter((file) => file.startsWith("tests/chaos/") && !file.endsWith(".test.ts"))
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
  test.each([...rules])("the rule %s", (rule) => {
    expect(checker).toContain(`"${rule}"`);
  });
});
