import type { Store } from "../../options/store.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import { ReconnectingLink } from "../shared/reconnecting-link.ts";
import { createWatchers } from "../shared/watchers.ts";
import { checkPools, type PostgresPool, type PostgresRow } from "./client.ts";
import { createDatabase } from "./database.ts";
import { listen } from "./listen.ts";
import { namesWith } from "./names.ts";
import { createPayloads } from "./payload.ts";
import { producerSteps } from "./producer-steps.ts";
import { createRows, recordIn, tagsFor } from "./rows.ts";
import { statements } from "./statements.ts";

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /**
   * What the tables' names begin with: at most 40 lower-case letters, digits and `_`. It may name a
   * schema, as in `"app.twinstream_"`. Default `"twinstream_"`. Other characters throw.
   */
  readonly prefix?: string;
  /**
   * The pool from which the store takes its one connection for LISTEN. Default: the first pool. If
   * that one goes through a pooler that shares connections between transactions, such as
   * PgBouncer, pass a pool with a direct connection here.
   */
  readonly listenPool?: PostgresPool;
}

/** The longest retention that Postgres' dates can express, in ms: about 300 years. */
const MAX_RETAIN_MS = 1e13;
/** In characters: an id of this length fits into Postgres' indexes and notifications. */
const MAX_ID = 500;

/**
 * Keeps streams in Postgres (13 or newer), for any number of server processes. It creates and
 * migrates its tables at first use, and notifies the other processes by
 * [NOTIFY](https://www.postgresql.org/docs/current/sql-notify.html). The pool stays yours: the
 * store neither configures nor ends it.
 *
 * @param pool a `Pool` of npm's `pg` (8 or newer), with `max` 2 or more
 * @param options the tables' prefix, and another pool for LISTEN
 * @returns a store for `createStreamServer`
 * @throws TypeError if a pool or the prefix is invalid
 * @example
 * import pg from "pg";
 * const store = postgresStore(new pg.Pool({ connectionString: process.env.DATABASE_URL }));
 */
export function postgresStore(pool: PostgresPool, options: PostgresStoreOptions = {}): Store {
  const { prefix = "twinstream_", listenPool = pool } = options;
  checkPools(pool, listenPool);
  const names = namesWith(prefix);
  const sql = statements(names);
  const database = createDatabase(pool, names);
  const watchers = createWatchers();
  const payloads = createPayloads();
  const rows = createRows(database, sql, watchers, payloads);

  const notified = (text: string) => {
    const { change, ids } = payloads.read(text);
    for (const id of ids) watchers.wake(id, change);
  };
  const link = new ReconnectingLink({
    open: (broken) => listen(listenPool, names.channel, notified, broken),
    onReconnect: watchers.wakeAll,
  });

  async function status(id: string) {
    const found = await rows.find(sql.status, [id]);
    return found && recordIn(found);
  }

  /** Runs a statement that changes a page of streams, until it finds none. */
  async function sweepAll(text: string, ...values: unknown[]): Promise<number> {
    let touched = 0;
    let swept: PostgresRow[];
    do {
      swept = await database.query(text, [payloads.origin, ...values]);
      touched += swept.length;
      for (const { id } of swept) watchers.wake(id, "control");
    } while (swept.length > 0);
    return touched;
  }

  return {
    ...producerSteps(rows, sql),

    async create(id, { pendingMs, tags }) {
      if (id.length === 0 || id.length > MAX_ID) {
        throw new RangeError(
          `The stream's id has ${id.length} characters, but must have 1 to ${MAX_ID}.`,
        );
      }
      return (await database.query(sql.create, [id, pendingMs, tagsFor({ tags })])).length > 0;
    },

    async read(id, offset, maxBytes) {
      // Three bytes more show where the last whole character ends.
      const found = await rows.find(sql.read, [id, offset, maxBytes + 3]);
      if (!found) return undefined;
      const bytes = cutOnCharacter(found.bytes ?? new Uint8Array(0), 0, maxBytes);
      return { ...recordIn(found), bytes };
    },

    status,

    async stop(id) {
      const [stopped] = await rows.change(sql.stop, id);
      return stopped ? recordIn(stopped) : status(id);
    },

    async delete(id) {
      return (await rows.change(sql.delete, id)).length > 0;
    },

    async isDeleted(id) {
      return (await database.query(sql.isDeleted, [id])).length > 0;
    },

    async sweep(retainMs) {
      await database.query(sql.sweepTombstones, []);
      const retain = Math.min(Math.max(retainMs, 0), MAX_RETAIN_MS);
      return (await sweepAll(sql.sweepRunOut)) + (await sweepAll(sql.sweepOld, retain));
    },

    async watch(id, wake) {
      const remove = watchers.add(id, wake);
      const unwatch = () => {
        remove();
        if (watchers.size === 0) link.idle();
      };
      try {
        await Promise.all([database.ready(), link.open()]);
      } catch (error) {
        unwatch();
        throw error;
      }
      return unwatch;
    },

    async close() {
      watchers.clear();
      await link.close();
    },
  };
}
