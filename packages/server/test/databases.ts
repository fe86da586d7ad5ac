import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasPostgres, startPostgres } from "@twinstream/testing/postgres";
import { hasRedis, startRedis } from "@twinstream/testing/redis";
import { Redis } from "ioredis";
import pg from "pg";
import { createClient } from "redis";
import type { Store } from "../src/lib/store.ts";
import { memoryStore } from "../src/memory.ts";
import { postgresStore } from "../src/postgres.ts";
import { type RedisClient, redisStore } from "../src/redis.ts";
import { sqliteStore } from "../src/sqlite.ts";

/** Two stores on the same fresh data, as two servers would have (the same one twice, where it is this process' alone). */
export interface OpenStores {
  readonly stores: readonly [Store, Store];
  /** Ends what is below the stores; they are closed before. */
  dispose(): Promise<void>;
}

/** Where streams are kept, with what it takes to test it. */
export interface Database {
  readonly name: string;
  /** Whether this machine has its engine. */
  readonly available: boolean;
  start(): Promise<{
    /** Opens stores on data of their own. */
    open(): Promise<OpenStores>;
    stop(): Promise<void>;
  }>;
}

/** A name that no other test has, for tables and keys. */
export const freshName = () => `t${randomBytes(6).toString("hex")}`;

/** A pool whose connections may be cut under it. */
export function createPool(url: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, ...options });
  pool.on("error", () => {});
  // A connection that is being ended may still be told that the server goes away.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

export const databases: readonly Database[] = [
  {
    name: "memory",
    available: true,
    async start() {
      return {
        async open() {
          const store = memoryStore();
          return { stores: [store, store], async dispose() {} };
        },
        async stop() {},
      };
    },
  },
  {
    name: "SQLite",
    available: true,
    async start() {
      const folder = await mkdtemp(join(tmpdir(), "twinstream-sqlite-"));
      return {
        async open() {
          const path = join(folder, `${freshName()}.db`);
          return {
            stores: [sqliteStore({ path }), sqliteStore({ path })],
            async dispose() {},
          };
        },
        stop: () => rm(folder, { recursive: true, force: true }),
      };
    },
  },
  {
    name: "Postgres",
    available: hasPostgres(),
    async start() {
      const engine = await startPostgres();
      return {
        async open() {
          const prefix = `${freshName()}_`;
          const pools = [createPool(engine.url), createPool(engine.url)] as const;
          return {
            stores: [postgresStore(pools[0], { prefix }), postgresStore(pools[1], { prefix })],
            async dispose() {
              await pools[0].query(
                `drop table if exists ${prefix}chunks, ${prefix}streams, ${prefix}versions`,
              );
              await Promise.all(pools.map((pool) => pool.end()));
            },
          };
        },
        stop: () => engine.stop(),
      };
    },
  },
  {
    name: "Redis",
    available: hasRedis(),
    start: () =>
      redisDatabase(async (url) => {
        const client = createClient({ url });
        client.on("error", () => {});
        await client.connect();
        return { client, end: async () => client.destroy() };
      }),
  },
  {
    name: "Redis by ioredis",
    available: hasRedis(),
    start: () =>
      redisDatabase(async (url) => {
        const client = new Redis(url);
        client.on("error", () => {});
        return { client, end: async () => client.disconnect() };
      }),
  },
];

async function redisDatabase(
  connect: (url: string) => Promise<{ client: RedisClient; end: () => Promise<void> }>,
) {
  const engine = await startRedis();
  return {
    async open(): Promise<OpenStores> {
      const prefix = `${freshName()}:`;
      const clients = [await connect(engine.url), await connect(engine.url)] as const;
      return {
        stores: [
          redisStore(clients[0].client, { prefix }),
          redisStore(clients[1].client, { prefix }),
        ],
        async dispose() {
          for (const { end } of clients) await end();
        },
      };
    },
    stop: () => engine.stop(),
  };
}
