import { join } from "node:path";
import type { Engine } from "@twinstream/harness/engine";
import { hasPostgres, startPostgres } from "@twinstream/harness/postgres";
import { hasRedis, startRedis } from "@twinstream/harness/redis";
import type { Store } from "@twinstream/server";
import { startStoreRelay } from "../faults/store-relay.ts";
import { openStore, type StoreAddress, type StoreName } from "./open-store.ts";
import { writeLock } from "./write-lock.ts";

/** A store's engine, which many runs share. */
export interface StoreEngine {
  readonly name: StoreName;
  /** The engine's URL. SQLite has none. */
  readonly at?: string;
  /** Prepares the store for one run, whose files go to `folder`. */
  openRunStore(folder: string): Promise<RunStore>;
  close(): Promise<void>;
}

/** One run's store. Its servers reach it through a relay that can be cut; the harness bypasses the relay. */
export interface RunStore {
  /** The address for the servers. */
  readonly address: StoreAddress;
  /** The same store, without any fault. */
  readonly store: Store;
  down(how: "cut" | "stall"): void;
  up(): void;
  close(): Promise<void>;
}

/** Returns whether this machine has the engine. */
export function hasEngine(name: StoreName): boolean {
  return name === "sqlite" || (name === "postgres" ? hasPostgres() : hasRedis());
}

/** Starts a store's engine. */
export async function startStoreEngine(name: StoreName): Promise<StoreEngine> {
  if (name === "sqlite") return { name, openRunStore: openFile, close: async () => {} };
  const engine =
    name === "postgres"
      ? await startPostgres({ max_connections: "300" })
      : await startRedis({ appendfsync: "everysec" });
  const { store, close } = await openStore({ name, at: engine.url });
  return {
    name,
    at: engine.url,
    openRunStore: () => openRelayed(name, engine, store),
    async close() {
      await close();
      await engine.stop();
    },
  };
}

async function openRelayed(name: StoreName, engine: Engine, store: Store): Promise<RunStore> {
  const url = new URL(engine.url);
  const relay = await startStoreRelay({ host: url.hostname, port: Number(url.port) });
  url.hostname = "127.0.0.1";
  url.port = String(relay.port);
  return {
    address: { name, at: url.href },
    store,
    down: relay.down,
    up: relay.up,
    close: relay.close,
  };
}

/** SQLite is unreachable while another process holds its write lock. */
async function openFile(folder: string): Promise<RunStore> {
  const at = join(folder, "streams.db");
  const { store, close } = await openStore({ name: "sqlite", at });
  const lock = writeLock(at);
  return {
    address: { name: "sqlite", at },
    store,
    down: lock.take,
    up: lock.release,
    async close() {
      lock.close();
      await close();
    },
  };
}
