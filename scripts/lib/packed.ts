// The packages as they would be published: tarballs, and what the field's linters say of them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
// @ts-expect-error: plain JavaScript, which any Node can run before the workspace is installed.
import { PNPM } from "./install.mjs";
import { root, run } from "./process.ts";

/** A package, packed. */
export interface Tarball {
  /** The published name: `@twinstream/core`. */
  readonly name: string;
  readonly file: string;
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

/** Packs every package that is published into `folder`. Build them first. */
export async function packAll(folder: string): Promise<Tarball[]> {
  const tarballs: Tarball[] = [];
  for (const entry of readdirSync(join(root, "packages"))) {
    const own = join(root, "packages", entry);
    const manifest: Manifest = JSON.parse(readFileSync(join(own, "package.json"), "utf8"));
    if (manifest.private) continue;
    const file = join(folder, `${entry}.tgz`);
    // On Windows npx is a script, which only a shell can start; every argument is our own.
    const { code, output } = await run("npx", ["--yes", PNPM, "pack", "--out", file], {
      cwd: own,
      show: false,
      shell: process.platform === "win32",
    });
    if (code !== 0) throw new Error(`${manifest.name} cannot be packed:\n${output}`);
    tarballs.push({ name: manifest.name, file });
  }
  return tarballs;
}

/** What publint finds wrong with a package; nothing where it is well. */
export async function publintProblems({ file }: Tarball): Promise<string[]> {
  const data = readFileSync(file);
  const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/** The packages are ESM, so that only what ESM's readers and bundlers would meet counts. */
function counts(problem: Problem): boolean {
  if (!("resolutionKind" in problem)) return true;
  return problem.resolutionKind === "node16-esm" || problem.resolutionKind === "bundler";
}

/** What are-the-types-wrong finds in a package; nothing where it is well. */
export async function typesProblems({ file }: Tarball): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(readFileSync(file)));
  if (!result.types) return ["It has no types."];
  return result.problems
    .filter(counts)
    .map(
      (problem) =>
        `${problem.kind}: ${"entrypoint" in problem ? problem.entrypoint : JSON.stringify(problem)}`,
    );
}
