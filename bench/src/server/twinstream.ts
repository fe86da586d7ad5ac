import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { anyoneWithId, createStreamServer, type Store } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { postgresStore } from "@twinstream/server/postgres";
import { redisStore } from "@twinstream/server/redis";
import { sqliteStore } from "@twinstream/server/sqlite";
import pg from "pg";
import { createClient } from "redis";
import { listen } from "../run/listen.ts";
import { TOKEN_BYTES, tokens } from "../text/tokens.ts";
import { paceOf, queryOf, type Server, type ServerOptions } from "./server.ts";

interface OpenStore {
  readonly store: Store;
  close?(): Promise<unknown>;
}

const stores: Record<string, (options: ServerOptions) => Promise<OpenStore>> = {
  memory: async () => ({ store: memoryStore() }),
  sqlite: async ({ folder }) => ({ store: sqliteStore({ path: join(folder, "streams.db") }) }),
  async postgres({ postgres }) {
    const pool = new pg.Pool({ connectionString: postgres });
    return { store: postgresStore(pool), close: () => pool.end() };
  },
  async redis({ redis }) {
    const client = await createClient({ url: redis }).connect();
    return { store: redisStore(client as never), close: async () => client.destroy() };
  },
};

/** Our server, as an application mounts it. */
export async function twinstream(name: string, options: ServerOptions): Promise<Server> {
  const { store, close } = await stores[name]!(options);
  const streams = createStreamServer({
    store,
    authorize: anyoneWithId(),
    basePath: "/s",
    flush:
      options.flush === "token" ? { boundary: "none", maxBytes: TOKEN_BYTES, maxDelayMs: 0 } : {},
    limits: { followersPerStream: 5000 },
    generate: ({ request, append }) => append.from(tokens(paceOf(new URL(request.url)))),
  });
  const { port, close: stop } = await listen(
    getRequestListener((request) => streams.handler(request), { overrideGlobalObjects: false }),
  );
  return {
    port,
    prepare: async (count) => {
      const ids: string[] = [];
      for (let index = 0; index < count; index++) ids.push(await streams.create());
      return ids;
    },
    drive: (id, pace) => ({ port, method: "POST", path: `/s/${id}/drive?${queryOf(pace)}` }),
    follow: (id) => ({ port, method: "GET", path: `/s/${id}?offset=-1&live=text` }),
    async close() {
      await stop();
      await streams.close();
      await close?.();
    },
  };
}
