import { serveStatic } from "@hono/node-server/serve-static";
import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { sqliteStore } from "@twinstream/server/sqlite";
import type { Model } from "@twinstream-examples/shared";
import { Hono } from "hono";

/** The smallest apps, as the folders of `examples/` are called. */
export const pages = ["react", "vue", "svelte", "solid", "vanilla"] as const;

/**
 * The streams and the pages as one application.
 *
 * @param options.model who answers
 * @param options.db the SQLite file that keeps the streams
 * @param options.examples the folder that holds the built examples
 */
export function createApp(options: { model: Model; db: string; examples: string }) {
  const streams = createStreamServer({
    store: sqliteStore({ path: options.db }),
    // Whoever has a stream's id, which cannot be guessed, may read, drive and stop it.
    authorize: anyoneWithId(),
    async generate({ input, append, signal }) {
      const prompt = (input as { prompt?: unknown } | undefined)?.prompt;
      if (typeof prompt !== "string") throw new TypeError("The input must be { prompt: string }.");
      await append.from(options.model.answer([{ role: "user", content: prompt }], { signal }));
    },
  });

  const app = new Hono();
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
