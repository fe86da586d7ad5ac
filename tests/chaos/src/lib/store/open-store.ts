import type { Store } from "@twinstream/server";

/** The stores that the fault runs attack. */
export type StoreName = "sqlite" | "postgres" | "redis";

export const storeNames: readonly StoreName[] = ["sqlite", "postgres", "redis"];

/** The address of a store's data, in a form that can be passed to another process. */
export interface StoreAddress {
  readonly name: StoreName;
  /** The path of SQLite's file, or the engine's URL. */
  readonly at: string;
}

/** A store on a connection of its own. */
export interface OpenStore {
  readonly store: Store;
  close(): Promise<void>;
}

/**
 * Opens a store.
 *
 * @param onError called with the error of a connection that breaks
 */
export async function openStore(
  address: StoreAddress,
  onError: (error: unknown) => void = () => {},
): Promise<OpenStore> {
  switch (address.name) {
    case "sqlite": {
      const { sqliteStore } = await import("@twinstream/server/sqlite");
      const store = sqliteStore({ path: address.at });
      return { store, close: () => store.close() };
    }
    case "postgres": {
      const [{ default: pg }, { postgresStore }] = await Promise.all([
        import("pg"),
        import("@twinstream/server/postgres"),
      ]);
      const pool = new pg.Pool({ connectionString: address.at, max: 4 });
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
      const client = createClient({ url: address.at });
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
