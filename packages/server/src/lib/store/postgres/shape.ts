/** What the store needs of a `Pool` of npm's `pg`. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  connect(): Promise<PostgresClient>;
}

/** What the store needs of a pool's client. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  release(destroy?: boolean): void;
  // biome-ignore lint/suspicious/noExplicitAny: what a listener is given depends on the event.
  on(event: string, listener: (...args: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  removeListener(event: string, listener: (...args: any[]) => void): unknown;
}

/** A statement's rows. */
export interface PostgresResult {
  // biome-ignore lint/suspicious/noExplicitAny: a row is whatever the statement selects.
  readonly rows: any[];
}

/** The tables' and the channel's names. */
export interface Names {
  readonly streams: string;
  readonly chunks: string;
  readonly versions: string;
  /** The channel of LISTEN and NOTIFY. */
  readonly channel: string;
}

/**
 * The names that begin with `prefix`, which may name a schema: `twinstream_` or `app.twinstream_`.
 * They are put into statements as they are, so anything but a plain name is refused.
 */
export function namesWith(prefix: string): Names {
  if (!/^([a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]{0,39}$/.test(prefix)) {
    throw new TypeError(
      `postgresStore: prefix ${JSON.stringify(prefix)} must be lower-case letters, digits and "_" (at most 40), with a schema before it at most, as in "twinstream_" or "app.twinstream_"`,
    );
  }
  return {
    streams: `${prefix}streams`,
    chunks: `${prefix}chunks`,
    versions: `${prefix}versions`,
    channel: `${prefix}changes`.replace(".", "_"),
  };
}

/** Throws a TypeError where `pool` is no pool, or one that cannot hold a listener besides its queries. */
export function checkPool(pool: unknown, listenPool: unknown): asserts pool is PostgresPool {
  for (const [name, value] of Object.entries({ pool, listenPool })) {
    const given = value as Partial<PostgresPool> | undefined;
    if (typeof given?.query === "function" && typeof given.connect === "function") continue;
    throw new TypeError(
      `postgresStore: ${name} must be a Pool of npm's pg: postgresStore(new pg.Pool({ connectionString }))`,
    );
  }
  const { options } = pool as { options?: { max?: number } };
  if (pool === listenPool && options?.max === 1) {
    throw new TypeError(
      "postgresStore: one connection of the pool is kept for LISTEN, so its `max` must be 2 or more",
    );
  }
}
