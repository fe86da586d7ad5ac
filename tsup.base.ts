import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Options } from "tsup";

/**
 * The build that every published package shares: ESM with types, one output for each public
 * entry (`src/*.ts`); what `src/lib/` holds goes into shared chunks.
 */
export function packageBuild(folder: string, options: Options = {}): Options {
  const entry = readdirSync(join(folder, "src"))
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => `src/${name}`);
  return {
    entry,
    format: "esm",
    target: "es2022",
    dts: true,
    clean: true,
    // `node:sqlite` has no name without its prefix.
    removeNodeProtocol: false,
    ...options,
  };
}
