// Builds the chat and serves it until Ctrl-C.
import { build } from "../lib/build.ts";
import { buildExample } from "../lib/example.ts";

await build();
await buildExample("chat");
await import("../../examples/chat/server/main.ts");
