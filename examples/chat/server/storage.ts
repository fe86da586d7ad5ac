import type { Store } from "@twinstream/server";
import { postgresStore } from "@twinstream/server/postgres";
import { redisStore } from "@twinstream/server/redis";
import { sqliteStore } from "@twinstream/server/sqlite";
import pg from "pg";
import { createClient } from "redis";
import type { Chats } from "./chats.ts";
import { redisChats } from "./redis-chats.ts";
import { postgresChats, sqliteChats } from "./sql-chats.ts";

/** Stores everything that the chat keeps. */
export interface Storage {
  /** The answers. */
  readonly store: Store;
  /** The conversations. */
  readonly chats: Chats;
  close(): Promise<void>;
}

/**
 * Opens the storage that the environment names: `DATABASE_URL` (Postgres), `REDIS_URL` (Redis), or a
 * SQLite file at `STREAMS_DB`. Default `chat.db`.
 */
export async function storageFromEnv(env: Record<string, string | undefined>): Promise<Storage> {
  const open = async (store: Store, chats: Chats, end: () => Promise<unknown>) => ({
    store,
    chats,
    async close() {
      await store.close();
      await chats.close();
      await end();
    },
  });
  if (env.DATABASE_URL) {
    const pool = new pg.Pool({ connectionString: env.DATABASE_URL });
    // The pool replaces a connection that breaks while it is idle.
    pool.on("error", (error) => console.error("Postgres:", error.message));
    return open(postgresStore(pool), await postgresChats(pool), () => pool.end());
  }
  if (env.REDIS_URL) {
    const client = createClient({ url: env.REDIS_URL });
    client.on("error", (error) => console.error("Redis:", error.message));
    await client.connect();
    return open(redisStore(client), redisChats(client as never), () => client.close());
  }
  const path = env.STREAMS_DB || "chat.db";
  return open(sqliteStore({ path }), await sqliteChats(path), async () => {});
}
