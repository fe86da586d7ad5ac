// Builds the Convex chat and serves it without a deployment until Ctrl-C.
import { build } from "../lib/build.ts";
import { buildExample } from "../lib/example.ts";

await build();
await buildExample("convex-chat");
await import("../../examples/convex-chat/local.ts");
