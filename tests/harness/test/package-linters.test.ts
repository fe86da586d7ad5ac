// The linters of packages, on packages that are broken on purpose: a check that cannot fail is none.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packageChecks, problems } from "../../../scripts/check.ts";

const folder = mkdtempSync(join(tmpdir(), "twinstream-broken-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entry = { types: "./dist/index.d.ts", default: "./dist/index.js" };

/** Lints a good package with other exports and some files changed, or left out (null). */
async function lint(exports: unknown = { ".": entry }, files: Record<string, string | null> = {}) {
  const own = mkdtempSync(join(folder, "p-"));
  const manifest = { name: "p", version: "1.0.0", license: "MIT", type: "module", exports };
  const all = {
    "package.json": JSON.stringify({ ...manifest, files: ["dist"] }, null, 2),
    "dist/index.js": "export const answer = 42;\n",
    "dist/index.d.ts": "export declare const answer: number;\n",
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(own, "package", name)), { recursive: true });
    if (text !== null) writeFileSync(join(own, "package", name), text);
  }
  const file = `${own}.tgz`;
  execFileSync("tar", ["-czf", file, "-C", own, "package"]);
  return Promise.all(packageChecks(file).map(problems));
}

test("a package that is well has no problem", async () => {
  expect(await lint()).toEqual(["", ""]);
});

test("publint refuses an export that is not there", async () => {
  const [publint] = await lint(undefined, { "dist/index.js": null, "dist/a.js": "export {};\n" });
  expect(publint).toContain("./dist/index.js");
});

test("publint refuses types that come last, where TypeScript does not look", async () => {
  const [publint] = await lint({ ".": { default: entry.default, types: entry.types } });
  expect(publint).toContain("types");
});

test("are-the-types-wrong refuses a package without types", async () => {
  const [, attw] = await lint({ ".": entry.default }, { "dist/index.d.ts": null });
  expect(attw).toContain("does not contain types");
});

test("are-the-types-wrong refuses an entry without types beside one with types", async () => {
  const [, attw] = await lint(
    { ".": entry, "./more": "./dist/more.js" },
    { "dist/more.js": "export const more = 1;\n" },
  );
  expect(attw).toContain("p/more");
});

test("are-the-types-wrong refuses types that import a file that Node cannot find", async () => {
  const [, attw] = await lint(undefined, {
    "dist/index.d.ts": 'export * from "./part";\n',
    "dist/part.d.ts": "export declare const answer: number;\n",
  });
  expect(attw).toContain("Internal resolution error");
});
