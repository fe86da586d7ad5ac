import { readdirSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Modules by path, each loaded on demand, as `import.meta.glob` returns them. */
export type Modules = Record<string, () => Promise<Record<string, unknown>>>;

/** Returns every JavaScript and TypeScript module below a folder, as `import.meta.glob` does in a bundler. */
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

/** Returns the published functions of the persistent text streaming component. */
export function componentModules(): Modules {
  const manifest = fileURLToPath(
    import.meta.resolve("@convex-dev/persistent-text-streaming/package.json"),
  );
  return modulesBelow(join(dirname(manifest), "dist", "component"));
}

/**
 * Loads every module now. A module that loads within a function would run under that function's
 * restrictions.
 */
export async function preload(modules: Modules): Promise<Modules> {
  // Only a push of the app to Convex reads convex.config.ts.
  const functions = Object.entries(modules).filter(([path]) => !/\.config\.[jt]s$/.test(path));
  const loaded = functions.map(async ([path, load]) => {
    const module = await load();
    return [path, async () => module] as const;
  });
  return Object.fromEntries(await Promise.all(loaded));
}

/** Returns a module by its name without extension: `moduleNamed(modules, "schema")`. */
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
