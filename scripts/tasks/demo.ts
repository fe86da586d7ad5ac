// Builds the demo and serves it until Ctrl-C.
import { build } from "../lib/build.ts";
import { buildExample } from "../lib/example.ts";

await build();
await buildExample("gallery");
await import("../../examples/gallery/server/main.ts");
