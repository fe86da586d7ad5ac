// The linters that `npm run check` trusts, on packages that are broken on purpose: a check that cannot
// fail would be none.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { publintProblems, type Tarball, typesProblems } from "./packed.ts";

const folder = mkdtempSync(join(tmpdir(), "twinstream-broken-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = {
  "package.json": {
    name: "parcel",
    version: "1.0.0",
    license: "MIT",
    type: "module",
    files: ["dist"],
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  },
  "dist/index.js": "export const answer = 42;\n",
  "dist/index.d.ts": "export declare const answer: number;\n",
};

/** Packs the good package with some files changed, or left out (null). */
function pack(name: string, changes: Record<string, unknown> = {}): Tarball {
  const own = join(folder, name, "package");
  for (const [file, content] of Object.entries({ ...good, ...changes })) {
    if (content === null) continue;
    mkdirSync(dirname(join(own, file)), { recursive: true });
    writeFileSync(
      join(own, file),
      typeof content === "string" ? content : JSON.stringify(content, null, 2),
    );
  }
  const file = join(folder, `${name}.tgz`);
  execFileSync("tar", ["-czf", file, "-C", join(folder, name), "package"]);
  return { name, file };
}

const exporting = (map: unknown) => ({
  "package.json": { ...good["package.json"], exports: map },
});

describe("a packed package", () => {
  it("is found to be well where it is", async () => {
    const tarball = pack("well");
    expect(await publintProblems(tarball)).toEqual([]);
    expect(await typesProblems(tarball)).toEqual([]);
  });

  it("is refused by publint when an export is not there", async () => {
    const tarball = pack("absent", { "dist/index.js": null, "dist/other.js": "export {};\n" });
    expect((await publintProblems(tarball)).join()).toContain("./dist/index.js");
  });

  it("is refused by publint when the types come last, where TypeScript does not look", async () => {
    const tarball = pack(
      "order",
      exporting({ ".": { default: "./dist/index.js", types: "./dist/index.d.ts" } }),
    );
    expect((await publintProblems(tarball)).join()).toContain("types");
  });

  it("is refused by are-the-types-wrong when it has no types", async () => {
    const tarball = pack("untyped", {
      ...exporting({ ".": "./dist/index.js" }),
      "dist/index.d.ts": null,
    });
    expect(await typesProblems(tarball)).toEqual(["It has no types."]);
  });

  it("is refused by are-the-types-wrong when an entry of several has none", async () => {
    const tarball = pack("half", {
      ...exporting({ ...good["package.json"].exports, "./more": "./dist/more.js" }),
      "dist/more.js": "export const more = 1;\n",
    });
    expect((await typesProblems(tarball)).join()).toContain("./more");
  });

  it("is refused by are-the-types-wrong when its types import what Node cannot find", async () => {
    const tarball = pack("extensionless", {
      "dist/index.d.ts": 'export * from "./part";\n',
      "dist/part.d.ts": "export declare const answer: number;\n",
    });
    expect((await typesProblems(tarball)).join()).toContain("InternalResolutionError");
  });
});
