import type { Store } from "@twinstream/server";
import type { StoreName } from "../run/schedule.ts";

/** Where a store's data is, as it is told to another process. */
export interface StoreTarget {
  readonly name: StoreName;
  /** The path of SQLite's file, or the engine's URL. */
  readonly at: string;
}

/** A store on a connection of its own. */
export interface OpenStore {
  readonly store: Store;
  close(): Promise<void>;
}

/** Opens a store. `onError` hears of a connection that breaks. */
export async function openStore(
  target: StoreTarget,
  onError: (error: unknown) => void = () => {},
): Promise<OpenStore> {
  switch (target.name) {
    case "sqlite": {
      const { sqliteStore } = await import("@twinstream/server/sqlite");
      const store = sqliteStore({ path: target.at });
      return { store, close: () => store.close() };
    }
    case "postgres": {
      const [{ default: pg }, { postgresStore }] = await Promise.all([
        import("pg"),
        import("@twinstream/server/postgres"),
      ]);
      const pool = new pg.Pool({ connectionString: target.at, max: 4 });
      pool.on("error", onError);
      const store = postgresStore(pool);
      return {
        store,
        async close() {
          await store.close();
          await pool.end();
        },
      };
    }
    case "redis": {
      const [{ createClient }, { redisStore }] = await Promise.all([
        import("redis"),
        import("@twinstream/server/redis"),
      ]);
      const client = createClient({ url: target.at });
      client.on("error", onError);
      await client.connect();
      const store = redisStore(client);
      return {
        store,
        async close() {
          await store.close();
          client.destroy();
        },
      };
    }
  }
}
