import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "./process.ts";

/** One measured bundle. */
export interface Size {
  /** The name of its figure in README.md: `<!-- size:NAME -->…<!-- /size -->`. */
  readonly name: string;
  readonly title: string;
  /** The package in whose folder names are resolved. */
  readonly from: string;
  /** What an app would write. */
  readonly code: string;
  /** The framework, which the app has anyway. */
  readonly external?: readonly string[];
  /** In bytes (1 kB is 1,000 bytes). */
  readonly limit?: number;
}

const hook = (name: string, external: readonly string[]): Size => ({
  name,
  title: `useStream with the client, @twinstream/${name}`,
  from: name,
  // What an app imports: the hook and the client that it needs, and nothing else.
  code: `export { useStream } from "@twinstream/${name}"; export { createStreamClient } from "@twinstream/core";`,
  external,
  limit: 6000,
});

/** Every figure that `npm run size` prints. */
export const sizes: readonly Size[] = [
  {
    name: "core",
    title: "createStreamClient with the default source",
    from: "core",
    code: 'export { createStreamClient } from "@twinstream/core";',
    limit: 5500,
  },
  hook("react", ["react", "react/*"]),
  hook("vue", ["vue"]),
  hook("svelte", ["svelte", "svelte/*"]),
  hook("solid", ["solid-js", "solid-js/*"]),
  {
    name: "httpSource",
    title: "httpSource, every live mode",
    from: "core",
    code: 'export { httpSource } from "@twinstream/core";',
  },
  {
    name: "tabs",
    title: "tabs()",
    from: "core",
    code: 'export { tabs } from "@twinstream/core/tabs";',
  },
  {
    name: "smooth",
    title: "smooth()",
    from: "core",
    code: 'export { smooth } from "@twinstream/core/smooth";',
  },
];

/** The gzipped size of a minified bundle, in bytes. */
export async function measureSize(size: Size): Promise<number> {
  const result = await build({
    stdin: {
      contents: size.code,
      resolveDir: join(root, "packages", size.from),
      loader: "js",
    },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    // nanostores has checks that only development builds keep, as in any app's production build.
    define: { "process.env.NODE_ENV": '"production"', "import.meta.env.MODE": '"production"' },
    external: [...(size.external ?? [])],
    write: false,
    // Without the workspace's settings, which lead to the sources: what is published is measured.
    tsconfigRaw: {},
    logLevel: "error",
  });
  const bytes = result.outputFiles[0]?.contents;
  if (!bytes) throw new Error(`esbuild made no bundle of ${size.title}`);
  return gzipSync(bytes, { level: 9 }).byteLength;
}
