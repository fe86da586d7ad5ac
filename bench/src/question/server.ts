import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { sqliteStore } from "@twinstream/server/sqlite";
import { listen } from "../run/listen.ts";

/** A server whose answers begin at once. */
export interface QuestionServer {
  readonly port: number;
  /** The requests since the last call, in their order: `POST /s/…/drive`. */
  requests(): string[];
  close(): Promise<void>;
}

/**
 * Starts a server whose answers begin at once.
 *
 * @param folder where its SQLite file is; if omitted, streams are kept in memory
 */
export async function startQuestionServer(folder?: string): Promise<QuestionServer> {
  const store = folder ? sqliteStore({ path: join(folder, "streams.db") }) : memoryStore();
  const streams = createStreamServer({
    store,
    authorize: anyoneWithId(),
    basePath: "/s",
    generate: ({ append }) => append("Hello"),
  });
  let requests: string[] = [];
  const { port, close } = await listen(
    getRequestListener(
      (request) => {
        const { pathname, search } = new URL(request.url);
        requests.push(`${request.method} ${pathname}${search}`);
        return streams.handler(request);
      },
      { overrideGlobalObjects: false },
    ),
  );
  return {
    port,
    requests() {
      const all = requests;
      requests = [];
      return all;
    },
    async close() {
      await close();
      await streams.close();
      await store.close();
    },
  };
}
