import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const page = read("CONTRIBUTING.md");

/** Whether anything is at a path in which `NAME` and `*` stand for any name. */
const exists = (path: string) =>
  globSync(path.replace(/NAME/g, "*").replace(/\/$/, ""), { cwd: root }).length > 0;

/** Code spans that are paths, such as `packages/core/src/index.ts`. */
const paths = Array.from(
  page.matchAll(/`([\w.-]+\/[\w./*-]*|\.[\w-]+\.m?js)`/g),
  ([, path]) => path!,
);

/** Code spans that are commands, such as `npm run check` or `pnpm --filter @twinstream/core test`. */
const commands = Array.from(
  page.matchAll(/`(?:npm run ([\w-]+)|npm (test)\b)/g),
  (match) => match[1] ?? match[2]!,
);
const filtered = Array.from(page.matchAll(/`pnpm --filter @twinstream\/([\w-]+) (\w+)`/g));

describe("CONTRIBUTING.md names paths and commands that exist", () => {
  test("it names some of each", () => {
    expect(paths.length).toBeGreaterThan(20);
    expect(commands.length).toBeGreaterThan(10);
    expect(filtered.length).toBeGreaterThan(0);
  });

  test.each([...new Set(paths)])("%s", (path) => {
    expect(exists(path)).toBe(true);
  });

  test.each([...new Set(commands)])("npm run %s", (command) => {
    expect(Object.keys(JSON.parse(read("package.json")).scripts)).toContain(command);
  });

  test.each(filtered.map(([, name, command]) => [name!, command!]))(
    "pnpm --filter @twinstream/%s %s",
    (name, command) => {
      expect(Object.keys(JSON.parse(read(`packages/${name}/package.json`)).scripts)).toContain(
        command,
      );
    },
  );
});

describe("Markdown files name files that exist", () => {
  const files = globSync(["*.md", ".github/*.md", "{bench,docs,examples,packages,tests}/**/*.md"], {
    cwd: root,
    exclude: (name) => /(^|\/)(node_modules|dist|texts)$/.test(name),
  });

  test.each(files)("by the relative links of %s", (file) => {
    const links = Array.from(read(file).matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g), ([, link]) => link!);
    expect(links.filter((link) => !existsSync(join(root, dirname(file), link)))).toEqual([]);
  });

  const rooted = /(?<=`)(?:bench|docs|examples|packages|scripts|tests)\/[\w./*-]+(?=`)/g;
  test.each(files)("by the paths of %s", (file) => {
    const named = read(file).match(rooted) ?? [];
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });
});
