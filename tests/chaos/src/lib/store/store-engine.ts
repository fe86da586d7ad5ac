import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Engine } from "@twinstream/harness/engine";
import { hasPostgres, startPostgres } from "@twinstream/harness/postgres";
import { hasRedis, startRedis } from "@twinstream/harness/redis";
import type { Store } from "@twinstream/server";
import { startWire } from "../faults/store-relay.ts";
import type { StoreName } from "../run/schedule.ts";
import { openStore, type StoreTarget } from "./open-store.ts";

/** A store's engine, shared by the runs against it. */
export interface Arena {
  readonly name: StoreName;
  /** The engine's URL, where the store has an engine. */
  readonly at?: string;
  /** Prepares the store for one run, whose files go to `folder`. */
  openScene(folder: string): Promise<Scene>;
  close(): Promise<void>;
}

/** One run's store: its servers reach it over a wire that can be cut, the harness past it. */
export interface Scene {
  readonly target: StoreTarget;
  readonly store: Store;
  down(how: "cut" | "stall"): void;
  up(): void;
  close(): Promise<void>;
}

/** Whether this machine has the engine. */
export function hasEngine(name: StoreName): boolean {
  return name === "sqlite" || (name === "postgres" ? hasPostgres() : hasRedis());
}

/** Starts a store's engine. */
export async function openArena(name: StoreName): Promise<Arena> {
  if (name === "sqlite") return { name, openScene: openFile, close: async () => {} };
  const engine =
    name === "postgres"
      ? await startPostgres({ max_connections: "300" })
      : await startRedis({ appendfsync: "everysec" });
  const { store, close } = await openStore({ name, at: engine.url });
  return {
    name,
    at: engine.url,
    openScene: () => openWire(name, engine, store),
    async close() {
      await close();
      await engine.stop();
    },
  };
}

async function openWire(name: StoreName, engine: Engine, store: Store): Promise<Scene> {
  const url = new URL(engine.url);
  const wire = await startWire({ host: url.hostname, port: Number(url.port) });
  url.hostname = "127.0.0.1";
  url.port = String(wire.port);
  return {
    target: { name, at: url.href },
    store,
    down: wire.down,
    up: wire.up,
    close: wire.close,
  };
}

/** SQLite goes away when another process holds the write lock. */
async function openFile(folder: string): Promise<Scene> {
  const at = join(folder, "streams.db");
  const { store, close } = await openStore({ name: "sqlite", at });
  const lock = fileLock(at);
  return {
    target: { name: "sqlite", at },
    store,
    down: lock.take,
    up: lock.release,
    async close() {
      lock.close();
      await close();
    },
  };
}

/** SQLite's write lock. A server that was paused while it wrote may have it: then it is waited for, without blocking. */
function fileLock(path: string): { take(): void; release(): void; close(): void } {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA busy_timeout = 0");
  let held = false;
  let waiting: NodeJS.Timeout | undefined;
  const release = () => {
    clearTimeout(waiting);
    if (held) db.exec("ROLLBACK");
    held = false;
  };
  const take = () => {
    if (held) return;
    try {
      db.exec("BEGIN IMMEDIATE");
      held = true;
    } catch {
      waiting = setTimeout(take, 10);
    }
  };
  return {
    take,
    release,
    close() {
      release();
      db.close();
    },
  };
}
