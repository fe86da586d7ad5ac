// Starts the demo's server. Build the page first (`vite build`); `npm run demo` does both.
import { modelFromEnv, portFromEnv, serve, untilInterrupted } from "@twinstream-examples/shared";
import { WebSocketServer } from "ws";
import { createDemo } from "./app.ts";

try {
  const demo = createDemo({
    model: modelFromEnv(),
    db: process.env.STREAMS_DB || "streams.db",
    pages: new URL("../dist", import.meta.url).pathname,
  });
  const serving = await serve({
    fetch: demo.app.fetch,
    port: portFromEnv(process.env, 4321),
    host: process.env.HOST || undefined,
    websocket: { server: new WebSocketServer({ noServer: true }) },
  });
  untilInterrupted(serving, async () => {
    await demo.close();
    await serving.close();
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
