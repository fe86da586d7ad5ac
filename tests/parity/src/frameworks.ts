// Vite plugins that let one set of sources run on any version of each framework.
import { createRequire } from "node:module";
import { join } from "node:path";
import { transformAsync } from "@babel/core";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);
const framework = /^(react|react-dom|vue|svelte|solid-js)(\/|$)/;

/** Resolves every framework import to the packages installed in `folder`, whichever file has the import. */
function versionsOf(folder: string): Plugin {
  return {
    name: "versions",
    enforce: "pre",
    resolveId(source, _importer, options) {
      if (!framework.test(source)) return undefined;
      return this.resolve(source, join(folder, "package.json"), { ...options, skipSelf: true });
    },
  };
}

/** Compiles `.svelte` files with the Svelte that is installed in `folder`. */
function svelte(folder: string, target: "client" | "server"): Plugin {
  const { compile } = createRequire(join(folder, "package.json"))("svelte/compiler");
  return {
    name: "svelte",
    transform(code, id) {
      if (!id.endsWith(".svelte")) return undefined;
      const { js } = compile(code, { filename: id, generate: target, dev: true });
      return { code: js.code, map: js.map };
    },
  };
}

/** Compiles Solid's JSX, in the files of the folder `solid`. */
function solid(target: "dom" | "ssr"): Plugin {
  return {
    name: "solid",
    enforce: "pre",
    async transform(code, id) {
      if (!/\/solid\/[\w-]+\.tsx$/.test(id)) return undefined;
      const result = await transformAsync(code, {
        filename: id,
        configFile: false,
        babelrc: false,
        parserOpts: { plugins: ["typescript", "jsx"] },
        // By its path: Babel would resolve a name from the folder where the command was started.
        presets: [[require.resolve("babel-preset-solid"), { generate: target, hydratable: true }]],
      });
      return result?.code ? { code: result.code, map: result.map } : undefined;
    },
  };
}

/** Returns the plugins that compile and resolve the frameworks, in the versions of `folder`, for a page or a server. */
export function frameworks(folder: string, target: "browser" | "server"): Plugin[] {
  const server = target === "server";
  return [
    versionsOf(folder),
    svelte(folder, server ? "server" : "client"),
    solid(server ? "ssr" : "dom"),
  ];
}
