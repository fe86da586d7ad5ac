// Starts the chat's server. Build the page first (`vite build`); `npm run chat` does both.
import { fileURLToPath } from "node:url";
import { modelFromEnv, portFromEnv, serve, untilInterrupted } from "@twinstream-examples/shared";
import { createChat } from "./app.ts";
import { storageFromEnv } from "./storage.ts";

try {
  const chat = createChat({
    storage: await storageFromEnv(process.env),
    model: modelFromEnv(),
    pages: fileURLToPath(new URL("../dist", import.meta.url)),
  });
  const serving = await serve({
    fetch: chat.app.fetch,
    port: portFromEnv(process.env, 4322),
    host: process.env.HOST || undefined,
  });
  untilInterrupted(serving, async () => {
    await chat.close();
    await serving.close();
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
