import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import pg from "pg";
import { createClient } from "redis";
import type { Store } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";
import { postgresStore } from "../../src/postgres.ts";
import { redisStore } from "../../src/redis.ts";
import { sqliteStore } from "../../src/sqlite.ts";

/** An address at which a store is opened, in this process or another. */
export interface StoreAddress {
  readonly kind: "memory" | "sqlite" | "postgres" | "redis" | "ioredis";
  /** The engine's URL, or the file's path. */
  readonly url: string;
  /** What its tables or keys begin with: its data is its own. */
  readonly prefix: string;
}

/** A name that no other test has, for files, tables and keys. */
export const freshName = () => `t${randomBytes(6).toString("hex")}`;

/** A pool whose connections may be cut under it. */
export function createPool(url: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, ...options });
  pool.on("error", () => {});
  return pool;
}

/** Opens a store with a client of its own, which ends with the store. */
export async function openStore({ kind, url, prefix }: StoreAddress): Promise<Store> {
  switch (kind) {
    case "memory":
      return memoryStore();
    case "sqlite":
      return sqliteStore({ path: url });
    case "postgres": {
      const pool = createPool(url);
      return withClient(postgresStore(pool, { prefix }), () => pool.end());
    }
    case "redis": {
      const client = createClient({ url });
      client.on("error", () => {});
      await client.connect();
      return withClient(redisStore(client, { prefix }), async () => client.destroy());
    }
    case "ioredis": {
      const client = new Redis(url);
      client.on("error", () => {});
      return withClient(redisStore(client, { prefix }), async () => client.disconnect());
    }
  }
}

/** The store, with a `close` that ends its client too, once. */
export function withClient(store: Store, end: () => Promise<void>): Store {
  let ended: Promise<void> | undefined;
  return {
    ...store,
    async close() {
      await store.close();
      ended ??= end();
      await ended;
    },
  };
}
