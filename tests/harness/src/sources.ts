// `node --import .../sources.ts program.ts` resolves the workspace's packages to their sources, so that a
// child process of a test never runs a stale build.
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const packages = join(import.meta.dirname, "..", "..", "..", "packages");

registerHooks({
  resolve(specifier, context, next) {
    const [, name, entry = "index"] =
      /^@twinstream\/([\w-]+)(?:\/([\w-]+))?$/.exec(specifier) ?? [];
    const source = name && join(packages, name, "src", `${entry}.ts`);
    return source && existsSync(source)
      ? { url: pathToFileURL(source).href, shortCircuit: true }
      : next(specifier, context);
  },
});
