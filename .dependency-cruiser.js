// Who may import whom. These rules are the architecture, and `npm run check` holds them.
//
// In the server, data flows one way: http → generation | follow → store → util. Each of them may use
// `options`, the public types and their checks, which use nothing of ours. HTTP is known in http/ alone.

/** What each published package may import beside its own files. */
const allowed = {
  // The parser is for the decoders and the sources of SSE. The default client leaves it out.
  core: ["nanostores", "eventsource-parser"],
  react: [
    "@twinstream/core",
    "@twinstream/core/bindings",
    "react",
    "@nanostores/react",
    "nanostores",
  ],
  vue: ["@twinstream/core", "@twinstream/core/bindings", "vue", "@nanostores/vue", "nanostores"],
  svelte: ["@twinstream/core", "@twinstream/core/bindings", "svelte", "nanostores"],
  solid: [
    "@twinstream/core",
    "@twinstream/core/bindings",
    "solid-js",
    "@nanostores/solid",
    "nanostores",
  ],
  // The words of the wire and the readers of model events are core's, and inlined at build.
  server: ["@twinstream/core/protocol", "@twinstream/core/events"],
  convex: ["@twinstream/core", "@twinstream/react", "convex", "react", "nanostores"],
};

/** The file of one of our entries, or a package of others: found in node_modules, or not at all. */
function target(name) {
  const [, own, entry = "index"] = /^@twinstream\/([^/]+)(?:\/(.+))?$/.exec(name) ?? [];
  return own ? `^packages/${own}/src/${entry}\\.ts$` : `(^|/node_modules/)${name}(/|$)`;
}

const server = "^packages/server/src/lib/";
const core = "^packages/core/src/lib/";
const heart = `${core}(machine/|text/(merge|utf8)\\.ts$)`;
const own = (folder, ...mayUse) => ({
  name: `server: ${folder}`,
  comment: `Of the server's lib, ${folder}/ may use ${[folder, ...mayUse].join(", ")} alone.`,
  from: { path: `${server}${folder}/` },
  to: { path: server, pathNot: `${server}(${[`${folder}/`, ...mayUse].join("|")})` },
});

export default {
  forbidden: [
    { name: "no circle", from: { path: "^packages/" }, to: { circular: true } },
    {
      name: "every import is found",
      from: { path: "^(packages|examples)/" },
      to: { couldNotResolve: true },
    },
    ...Object.entries(allowed).map(([name, others]) => ({
      name: `imports of ${name}`,
      comment: `@twinstream/${name} may import ${others.join(", ")}, and its own files.`,
      from: { path: `^packages/${name}/src/` },
      to: {
        pathNot: [`^packages/${name}/src/`, ...others.map(target)],
        ...(name === "server" ? { dependencyTypesNot: ["core"] } : {}),
      },
    })),
    {
      name: "packages by their names",
      comment: "A relative path stays inside src.",
      from: { path: "^packages/([^/]+)/src/" },
      to: {
        pathNot: "^packages/$1/src/",
        dependencyTypes: ["local"],
        dependencyTypesNot: ["aliased"],
      },
    },
    {
      name: "entries are on top",
      from: { path: "^packages/([^/]+)/src/lib/" },
      to: { path: "^packages/$1/src/[^/]+$" },
    },
    {
      name: "core: the heart is pure",
      comment:
        "The machine, the merge and UTF-8 import no values but each other's and the statuses.",
      from: { path: heart },
      to: { pathNot: [heart, `${core}protocol/status\\.ts$`], dependencyTypesNot: ["type-only"] },
    },
    own("options"),
    own("util"),
    own("store", "options/", "util/", "errors.ts"),
    own("follow", "store/", "options/", "util/", "errors.ts"),
    // The text that a generation writes is read by its driver as the followers read theirs.
    own("generation", "follow/live-text.ts", "store/", "options/", "util/", "errors.ts"),
    own("http", "generation/", "follow/", "store/", "options/", "util/", "errors.ts", "streams.ts"),
    {
      name: "examples use published names only",
      from: { path: "^examples/([^/]+)/" },
      to: {
        pathNot: ["^examples/$1/", "^vitest\\.base\\.ts$"],
        dependencyTypes: ["local"],
        dependencyTypesNot: ["aliased"],
      },
    },
    {
      name: "examples use published entries only",
      from: { path: "^examples/" },
      to: {
        path: "(^@twinstream/[^/]+/|^packages/[^/]+/)(src|dist)/.*/|^@twinstream/[^/]+/(src|dist)",
      },
    },
    {
      name: "nothing published needs an example or a test",
      from: { path: "^packages/[^/]+/src/" },
      to: { path: "^(examples|tests|bench|scripts)/" },
    },
  ].map((rule) => ({ severity: "error", ...rule })),
  options: {
    tsConfig: { fileName: "tsconfig.base.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: {
      path: "^(packages|examples)/[^/]+/dist/|\\.test(-d)?\\.tsx?$|^packages/[^/]+/(test|bench)/",
    },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "browser", "default"],
    },
  },
};
