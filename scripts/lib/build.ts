import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, root, runNode } from "./process.ts";

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
}

function readPackages(): Package[] {
  const folder = join(root, "packages");
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, "tsup.config.ts")))
    .map((path) => ({
      folder: path,
      manifest: JSON.parse(readFileSync(join(path, "package.json"), "utf8")),
    }));
}

/** Packages in the order in which they need each other's builds. */
function inOrder(packages: readonly Package[]): Package[] {
  const sorted: Package[] = [];
  const visit = (item: Package, path: readonly string[]): void => {
    if (sorted.includes(item)) return;
    if (path.includes(item.manifest.name)) {
      throw new Error(`Packages import each other: ${[...path, item.manifest.name].join(" → ")}`);
    }
    for (const name of Object.keys({
      ...item.manifest.dependencies,
      ...item.manifest.devDependencies,
    })) {
      const needed = packages.find((other) => other.manifest.name === name);
      if (needed) visit(needed, [...path, item.manifest.name]);
    }
    sorted.push(item);
  };
  for (const item of packages) visit(item, []);
  return sorted;
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

/** What a package's build depends on: its own sources and those of all built before it. */
function fingerprint(item: Package, before: string): string {
  const hash = createHash("sha256").update(before);
  const files = [
    ...filesBelow(join(item.folder, "src")),
    join(item.folder, "package.json"),
    join(item.folder, "tsup.config.ts"),
    join(root, "tsup.base.ts"),
    join(root, "tsconfig.base.json"),
  ];
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest("hex");
}

/** Builds every published package whose sources changed since its last build; throws where one fails. */
export async function build(): Promise<void> {
  let before = "";
  for (const item of inOrder(readPackages())) {
    before = fingerprint(item, before);
    // Beside dist, not in it: dist is what gets published.
    const marker = join(item.folder, "node_modules", ".built");
    const built = existsSync(join(item.folder, "dist")) && existsSync(marker);
    if (built && readFileSync(marker, "utf8") === before) continue;
    const { code, output } = await runNode(bin("tsup", "dist/cli-default.js"), ["--silent"], {
      cwd: item.folder,
      show: false,
    });
    if (code !== 0) throw new Error(`${item.manifest.name} does not build:\n${output}`);
    writeFileSync(marker, before);
    console.log(`built ${item.manifest.name}`);
  }
}
