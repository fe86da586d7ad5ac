import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasPostgres, startPostgres } from "@twinstream/harness/postgres";
import { hasRedis, startRedis } from "@twinstream/harness/redis";
import type { Store } from "../../src/index.ts";
import { freshName, openStore, type StoreAddress } from "./store-address.ts";

/** Where streams are kept, with what it takes to test it. */
export interface Database {
  readonly name: string;
  /** Whether this machine has its engine. */
  readonly available: boolean;
  /** Whether several processes may share it. */
  readonly shared: boolean;
  start(): Promise<RunningDatabase>;
}

export interface RunningDatabase {
  /** An address with data of its own. */
  address(): StoreAddress;
  /** Two stores on fresh data, as two servers would have (the same one twice, if it belongs to one process). */
  open(): Promise<readonly [Store, Store]>;
  stop(): Promise<void>;
}

function running(address: () => StoreAddress, stop: () => Promise<void>): RunningDatabase {
  return {
    address,
    async open() {
      const where = address();
      const first = await openStore(where);
      return [first, where.kind === "memory" ? first : await openStore(where)];
    },
    stop,
  };
}

const redis = (kind: "redis" | "ioredis") => async () => {
  const engine = await startRedis();
  return running(
    () => ({ kind, url: engine.url, prefix: `${freshName()}:` }),
    () => engine.stop(),
  );
};

/** Every store, on its real engine. */
export const databases: readonly Database[] = [
  {
    name: "memory",
    available: true,
    shared: false,
    start: async () =>
      running(
        () => ({ kind: "memory", url: "", prefix: "" }),
        async () => {},
      ),
  },
  {
    name: "SQLite",
    available: true,
    shared: true,
    async start() {
      const folder = await mkdtemp(join(tmpdir(), "twinstream-sqlite-"));
      return running(
        () => ({ kind: "sqlite", url: join(folder, `${freshName()}.db`), prefix: "" }),
        () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
      );
    },
  },
  {
    name: "Postgres",
    available: hasPostgres(),
    shared: true,
    async start() {
      const engine = await startPostgres();
      return running(
        () => ({ kind: "postgres", url: engine.url, prefix: `${freshName()}_` }),
        () => engine.stop(),
      );
    },
  },
  { name: "Redis", available: hasRedis(), shared: true, start: redis("redis") },
  { name: "Redis (ioredis)", available: hasRedis(), shared: true, start: redis("ioredis") },
];
