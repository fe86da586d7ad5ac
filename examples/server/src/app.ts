import { serveStatic } from "@hono/node-server/serve-static";
import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { sqliteStore } from "@twinstream/server/sqlite";
import type { Model } from "@twinstream-examples/shared";
import { Hono } from "hono";
import { logger } from "hono/logger";

/** The smallest apps, by the names of their folders in `examples/`. */
export const pages = ["react", "vue", "svelte", "solid", "vanilla"] as const;

/**
 * Creates the streams and the pages as one application.
 *
 * @param options.model the model that answers
 * @param options.db the SQLite file that stores the streams
 * @param options.examples the folder of the built examples
 */
export function createApp(options: { model: Model; db: string; examples: string }) {
  const streams = createStreamServer({
    store: sqliteStore({ path: options.db }),
    // Anyone with a stream's id may read, drive and stop it. Ids cannot be guessed.
    authorize: anyoneWithId(),
    async generate({ input, append, signal }) {
      const prompt = (input as { prompt?: unknown } | undefined)?.prompt;
      if (typeof prompt !== "string") throw new TypeError("The input must be { prompt: string }.");
      await append.from(options.model.answer([{ role: "user", content: prompt }], { signal }));
    },
  });

  const app = new Hono();
  if (process.env.LOG) app.use(logger());
  app.all("/api/streams/*", (c) => streams.handler(c.req.raw));
  app.all("/api/streams", (c) => streams.handler(c.req.raw));
  app.get("/", (c) =>
    c.html(`<!doctype html><title>Twinstream</title><h1>One app in each framework</h1>
${pages.map((page) => `<p><a href="/${page}/">${page}</a></p>`).join("\n")}`),
  );
  for (const page of pages) {
    app.use(
      `/${page}/*`,
      serveStatic({
        root: `${options.examples}/${page}/dist`,
        rewriteRequestPath: (path) => path.slice(page.length + 1),
      }),
    );
  }
  return { fetch: app.fetch, close: () => streams.close() };
}
