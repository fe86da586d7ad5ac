import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Options } from "tsup";

// Types take ten times as long as JavaScript. What only runs the packages (`npm run demo`) leaves
// them out, and leaves those of the last build where they are.
const types = process.env.BUILD_TYPES !== "false";

/**
 * The build that every published package shares: ESM with types, one output for each public
 * entry (`src/*.ts`). Shared code goes into chunks.
 */
export function packageBuild(folder: string, options: Options = {}): Options {
  const entry = readdirSync(join(folder, "src"))
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => `src/${name}`);
  return {
    entry,
    format: "esm",
    target: "es2022",
    clean: types,
    silent: true,
    // `node:sqlite` has no name without its prefix.
    removeNodeProtocol: false,
    ...options,
    dts: types && (options.dts ?? true),
  };
}
