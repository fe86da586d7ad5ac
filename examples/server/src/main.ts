// Serves the smallest apps. Build them first (`vite build` in each); `npm run examples` does both.
import { fileURLToPath } from "node:url";
import { modelFromEnv, portFromEnv, serve, untilInterrupted } from "@twinstream-examples/shared";
import { createApp } from "./app.ts";

try {
  const app = createApp({
    model: modelFromEnv(),
    db: process.env.STREAMS_DB || "examples.db",
    examples: fileURLToPath(new URL("../../", import.meta.url)),
  });
  const serving = await serve({
    fetch: app.fetch,
    port: portFromEnv(process.env, 4324),
    host: process.env.HOST || undefined,
  });
  untilInterrupted(serving, async () => {
    await serving.close();
    await app.close();
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
