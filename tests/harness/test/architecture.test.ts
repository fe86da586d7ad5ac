// The rules of the architecture, on trees that break them: a rule that cannot fail is none.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const good = {
  "packages/core/src/index.ts": 'export { a } from "./lib/a.ts";\n',
  "packages/core/src/lib/a.ts": "export const a = 1;\n",
};

/** Runs a script of the workspace in a tree of these files; returns what it prints if it fails. */
function run(files: Readonly<Record<string, string>>, script: string, ...args: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "twinstream-architecture-"));
  folders.push(folder);
  cpSync(join(root, "tsconfig.base.json"), join(folder, "tsconfig.base.json"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const argv = [join(root, "scripts", script), ...args];
  const { status, stdout } = spawnSync(process.execPath, argv, { cwd: folder, encoding: "utf8" });
  return status === 0 ? "" : stdout;
}

const cruise = (files: Readonly<Record<string, string>>) =>
  run(
    files,
    "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
    "--config",
    join(root, ".dependency-cruiser.js"),
    ".",
  );

const facts = (files: Readonly<Record<string, string>>) => run(files, "facts.ts");

const core = "packages/core/src/lib/";
const server = "packages/server/src/lib/";

/** What a file does, the file, what it imports, and the rule that it breaks. */
const broken = [
  ["a package that it may not import", `${core}1.ts`, 'import r from "react";', "imports of core"],
  ["such a package by import()", `${core}2.ts`, 'import("react");', "imports of core"],
  ["a type of such a package", `${core}3.ts`, 'import type { R } from "react";', "imports of core"],
  ["the server", `${core}4.ts`, 'import { b } from "@twinstream/server";', "imports of core"],
  ["a file out of src", `${core}5.ts`, 'import "../../../b/src/b.ts";', "packages by their names"],
  ["an entry, from below it", `${core}6.ts`, 'import "../index.ts";', "entries are on top"],
  ["a file that is not there", `${core}7.ts`, 'import "./none.ts";', "every import is found"],
  [
    "a shell, from the heart",
    `${core}machine/8.ts`,
    'import "../a.ts";',
    "core: the heart is pure",
  ],
  [
    "an example, from a published package",
    `${core}9.ts`,
    'import "../../../../examples/b/src/b.ts";',
    "nothing published needs an example or a test",
  ],
  [
    "a build of a published package, from an example",
    "examples/b/src/10.ts",
    'import "@twinstream/core/dist/index.js";',
    "examples use published entries only",
  ],
  [
    "a source of a published package, from an example",
    "examples/b/src/11.ts",
    'import "../../../packages/core/src/index.ts";',
    "examples use published names only",
  ],
  [
    "http, from the read flow",
    `${server}follow/12.ts`,
    'import type { b } from "../http/b.ts";',
    "server: follow",
  ],
  [
    "http, from the write flow",
    `${server}generation/13.ts`,
    'import "../http/b.ts";',
    "server: generation",
  ],
  [
    "a flow, from a store",
    `${server}store/a/14.ts`,
    'import "../../follow/b.ts";',
    "server: store",
  ],
  [
    "a store, from the options",
    `${server}options/15.ts`,
    'import "../store/b.ts";',
    "server: options",
  ],
  ["a circle of types", `${core}16.ts`, 'import type { b } from "./17.ts";', "no circle"],
] as const;

let found: string;
beforeAll(() => {
  const targets = [
    "packages/b/src/b.ts",
    "packages/server/src/index.ts",
    "examples/b/src/b.ts",
    ...["http", "follow", "store"].map((room) => `${server}${room}/b.ts`),
  ];
  found = cruise({
    ...good,
    ...Object.fromEntries(targets.map((file) => [file, "export const b = 1;\n"])),
    ...Object.fromEntries(broken.map(([, file, text]) => [file, `${text}\nexport const b = 1;\n`])),
    [`${core}17.ts`]: 'export type { b } from "./16.ts";\n',
  });
}, 60_000);

test("a tree that keeps the rules has no problem", () => {
  expect(cruise(good)).toBe("");
  expect(facts(good)).toBe("");
  // A directive is for bundlers, and no logic.
  const directive = '"use client";\nexport { a } from "./lib/a.ts";\n';
  expect(facts({ ...good, "packages/react/src/index.ts": directive })).toBe("");
}, 60_000);

test("this workspace keeps the rules", () => {
  const cruiser = "scripts/node_modules/dependency-cruiser/bin/dependency-cruiser.mjs";
  const argv = [cruiser, "packages", "examples"];
  const { status, stdout } = spawnSync(process.execPath, argv, { cwd: root, encoding: "utf8" });
  expect(status, stdout).toBe(0);
}, 60_000);

test.each(broken)("an import of %s is found", (_, file, _import, rule) => {
  expect(found).toContain(`error ${rule}: ${file}`);
  expect(found).not.toContain(`error ${rule}: ${core}a.ts`);
});

test("logic in an index, a long file and a full folder are found", () => {
  const many = Array.from({ length: 15 }, (_, at) => [`${core}x/${at}.ts`, "export {};\n"]);
  const shown = facts({
    ...Object.fromEntries(many),
    [`${core}long.ts`]: "export {};\n".repeat(251),
    "packages/core/src/index.ts": "export const a = 1;\n",
  });
  expect(shown).toMatch(/15 OVER .*lib.x\n/);
  expect(shown).toMatch(/251 OVER .*long\.ts\n/);
  expect(shown).toMatch(/1 OVER core\n/);
});
