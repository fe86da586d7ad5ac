import { readdirSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Modules by path, each loaded when it is asked for: the shape that `import.meta.glob` has. */
export type Modules = Record<string, () => Promise<Record<string, unknown>>>;

/** Every JavaScript and TypeScript module below a folder: what `import.meta.glob` is for a bundler. */
export function modulesBelow(folder: string): Modules {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /\.[jt]s$/.test(entry.name) && !/\.d\.ts$/.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.map((file) => [
      `/${relative(folder, file).replaceAll("\\", "/")}`,
      () => import(pathToFileURL(file).href),
    ]),
  );
}

/** The persistent text streaming component's own functions, as published. */
export function componentModules(): Modules {
  const manifest = fileURLToPath(
    import.meta.resolve("@convex-dev/persistent-text-streaming/package.json"),
  );
  return modulesBelow(join(dirname(manifest), "dist", "component"));
}

/**
 * Loads every module now: loading one within a function would run the loader under the
 * restrictions of that function.
 */
export async function preload(modules: Modules): Promise<Modules> {
  // convex.config.ts is read when an app is pushed to Convex, and only there.
  const functions = Object.entries(modules).filter(([path]) => !/\.config\.[jt]s$/.test(path));
  const loaded = functions.map(async ([path, load]) => {
    const module = await load();
    return [path, async () => module] as const;
  });
  return Object.fromEntries(await Promise.all(loaded));
}

/** The module of a set by its name without extension: `moduleNamed(modules, "schema")`. */
export async function moduleNamed(
  modules: Modules,
  name: string,
): Promise<Record<string, unknown> | undefined> {
  const path = Object.keys(modules).find((each) => {
    const bare = each.slice(0, -extname(each).length);
    return bare.endsWith(`/${name}`) && !bare.includes("_generated");
  });
  return path === undefined ? undefined : modules[path]?.();
}
