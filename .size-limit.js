// What an app downloads: minified and gzipped, without its framework. Run by `npm run size`.
// A name is that of its figure in README.md: `<!-- size:NAME -->…<!-- /size -->`.
import { join } from "node:path";

/** A bundle of `code`, written in `folder`, as an app's production build makes it. */
export const bundle = (name, folder, code, rest = {}) => ({
  name,
  path: join(import.meta.dirname, folder, "package.json"),
  gzip: true,
  modifyEsbuildConfig: ({ entryPoints, ...config }) => ({
    ...config,
    stdin: { contents: code, resolveDir: join(import.meta.dirname, folder) },
    format: "esm",
    target: "es2022",
    // nanostores has checks that only development builds keep.
    define: { "process.env.NODE_ENV": '"production"', "import.meta.env.MODE": '"production"' },
    // Without the workspace's settings, which lead to the sources: this measures what is published.
    tsconfigRaw: {},
  }),
  ...rest,
});

const core = (name, code, rest) => bundle(name, "packages/core", code, rest);
const client = 'export { createStreamClient } from "@twinstream/core";';
const binding = (name, ...ignore) =>
  bundle(name, `packages/${name}`, `export { useStream } from "@twinstream/${name}"; ${client}`, {
    ignore,
    limit: "7.6 kB",
  });

export default [
  // The aim is 6.5 kB, and 7.0 kB with a binding.
  core("core", client, { limit: "6.85 kB" }),
  binding("react", "react", "react/*"),
  binding("vue", "vue"),
  binding("svelte", "svelte", "svelte/*"),
  binding("solid", "solid-js", "solid-js/*"),
  core("httpSource", 'export { httpSource } from "@twinstream/core";'),
  core("tabs", 'export { tabs } from "@twinstream/core/tabs";'),
  core("smooth", 'export { smooth } from "@twinstream/core/smooth";'),
];
