import { serveStatic } from "@hono/node-server/serve-static";
import { anyoneWithId, createStreamServer, type GenerateContext } from "@twinstream/server";
import { sqliteStore } from "@twinstream/server/sqlite";
import type { Model } from "@twinstream-examples/shared";
import { Hono } from "hono";
import { logger } from "hono/logger";
import { type Input, parseInput } from "./input.ts";
import { naive } from "./naive.ts";

const boundaries = ["sentence", "line", "paragraph", "none"] as const;

/**
 * Creates the demo as one application: the API of the streams, the naive follower's, and the built page.
 *
 * @param options.model the model that answers
 * @param options.db the SQLite file that stores the streams
 * @param options.pages the folder of the built page
 * @param options.onError receives errors. Default `console.error`
 */
export function createDemo(options: {
  model: Model;
  db: string;
  pages: string;
  onError?: (error: unknown) => void;
}) {
  const store = openStore(options.db);

  async function generate({ input, append, signal }: GenerateContext<Input>): Promise<void> {
    const { prompt, pace } = input;
    const question = [{ role: "user", content: prompt }] as const;
    await append.from(options.model.answer(question, { signal, speed: pace }));
  }

  // One server for each flush policy that the page offers. They share the store, so none may close it.
  const shared = { ...store, close: async () => {} };
  const servers = boundaries.map((boundary) =>
    createStreamServer({
      store: shared,
      parseInput,
      generate,
      authorize: anyoneWithId(),
      flush: { boundary },
      limits: { inputBytes: 64 * 1024 },
      onError: options.onError,
    }),
  );
  const streams = servers[0]!;

  const app = new Hono();
  if (process.env.LOG) app.use(logger());

  app.all("/api/streams/*", (c) => {
    const requested = boundaries.indexOf(c.req.header("flush-boundary") as never);
    return (servers[requested] ?? streams).handler(c.req.raw);
  });
  app.all("/api/streams", (c) => streams.handler(c.req.raw));
  app.get("/api/naive/:id", naive(streams));
  app.all("/api/*", (c) => c.json(problem("not_found", "There is no such route."), 404));

  app.use("*", serveStatic({ root: options.pages }));

  return {
    app,
    async close(): Promise<void> {
      await Promise.all(servers.map((server) => server.close()));
      await store.close();
    },
  };
}

function openStore(path: string) {
  try {
    return sqliteStore({ path });
  } catch (cause) {
    throw new Error(`STREAMS_DB: "${path}" cannot be opened: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function problem(code: string, message: string) {
  return { error: { code, message } };
}
