// Builds the smallest app of each framework, and serves them all from one server until Ctrl-C.
import { build } from "../lib/build.ts";
import { buildExample } from "../lib/example.ts";

await build();
for (const name of ["react", "vue", "svelte", "solid", "vanilla"]) await buildExample(name);
await import("../../examples/server/src/main.ts");
