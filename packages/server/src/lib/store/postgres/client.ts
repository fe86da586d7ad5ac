import { typeName } from "../../util/type-name.ts";

/** The part of a `Pool` of npm's `pg` that the store uses. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  connect(): Promise<PostgresClient>;
}

/** The part of a pool's client that the store uses. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  release(destroy?: boolean): void;
  // biome-ignore lint/suspicious/noExplicitAny: what a listener is given depends on the event.
  on(event: string, listener: (...args: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  removeListener(event: string, listener: (...args: any[]) => void): unknown;
}

/** A row, by the names of its columns. */
// biome-ignore lint/suspicious/noExplicitAny: the columns depend on the statement.
export type PostgresRow = any;

/** The result of a statement. */
export interface PostgresResult {
  readonly rows: PostgresRow[];
}

/**
 * Checks the pools.
 * @throws TypeError if one is no pool, or if it cannot keep a listener besides its queries
 */
export function checkPools(pool: unknown, listenPool: unknown): asserts pool is PostgresPool {
  for (const [name, value] of Object.entries({ pool, listenPool })) {
    const given = value as Partial<PostgresPool> | undefined;
    if (typeof given?.query === "function" && typeof given.connect === "function") continue;
    const seen =
      typeof given === "object" && given ? "an object without its methods" : typeName(given);
    throw new TypeError(
      `postgresStore: \`${name}\` must be a Pool of npm's pg, but is ${seen}. Try postgresStore(new pg.Pool({ connectionString })).`,
    );
  }
  const { options } = pool as { options?: { max?: number } };
  if (pool === listenPool && options?.max === 1) {
    throw new TypeError(
      "postgresStore: the pool's `max` is 1, but must be 2 or more: the store keeps one connection for LISTEN. Or pass a second pool as `listenPool`.",
    );
  }
}
