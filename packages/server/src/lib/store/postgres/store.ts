import type {
  Claim,
  LeaseResult,
  Page,
  Store,
  StoreAppend,
  StreamRecord,
} from "../../options/store.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import { KeptLink } from "../shared/reconnecting-link.ts";
import { createWatchers } from "../shared/watchers.ts";
import { batched } from "./batch.ts";
import { listen } from "./listen.ts";
import { createPayloads } from "./payload.ts";
import { migrate } from "./schema.ts";
import { checkPool, namesWith, type PostgresPool, type PostgresResult } from "./shape.ts";
import { statements } from "./sql.ts";

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /** What the tables' names begin with; a schema may come first: `"app.twinstream_"`. Default `"twinstream_"`. */
  readonly prefix?: string;
  /**
   * Where the one connection for LISTEN comes from. Default: the pool. Give a pool with a direct
   * connection where the other one goes through a pooler that shares connections between
   * transactions, such as PgBouncer.
   */
  readonly listenPool?: PostgresPool;
}

/** The most streams that one statement changes. */
const MAX_BATCH = 500;
/** Retention is bounded so that Postgres' dates can express it: about 300 years. */
const MAX_RETAIN_MS = 1e13;
/** In characters: Postgres' indexes and notifications have room for so much at least. */
const MAX_ID = 500;
const RETRIES = 10;

/**
 * Keeps streams in Postgres (13 or newer), for any number of server processes. Tables are created
 * and migrated at first use. The pool stays the caller's: it is neither configured nor ended.
 *
 * @example
 * import pg from "pg";
 * const store = postgresStore(new pg.Pool({ connectionString: process.env.DATABASE_URL }));
 */
export function postgresStore(pool: PostgresPool, options: PostgresStoreOptions = {}): Store {
  const { prefix = "twinstream_", listenPool = pool } = options;
  checkPool(pool, listenPool);
  const names = namesWith(prefix);
  const sql = statements(names);
  const watchers = createWatchers();
  const payloads = createPayloads();

  const told = (text: string) => {
    const { change, ids } = payloads.read(text);
    for (const id of ids) watchers.wake(id, change);
  };
  const listener = new KeptLink({
    open: (broken) => listen(listenPool, names.channel, told, broken),
    onReconnect: watchers.wakeAll,
  });

  let migrated: Promise<void> | undefined;
  function ready(): Promise<void> {
    migrated ??= migrate(pool, names).catch((error) => {
      migrated = undefined;
      throw error;
    });
    return migrated;
  }

  async function query(text: string, values: unknown[]): Promise<PostgresResult["rows"]> {
    await ready();
    for (let attempt = 1; ; attempt++) {
      try {
        return (await pool.query(text, values)).rows;
      } catch (error) {
        // Two that raced, where the database is set to a stricter isolation: the loser asks again.
        const { code } = error as { code?: string };
        if (attempt === RETRIES || (code !== "40001" && code !== "40P01")) throw error;
      }
    }
  }

  /** Runs a statement that changes one stream, and tells who watches it here. */
  async function change(text: string, id: string) {
    try {
      return await query(text, [id, payloads.control(id)]);
    } finally {
      // Also where it failed: it may have been carried out, and only its answer lost.
      watchers.wake(id, "control");
    }
  }

  /** A stream's row; a lease that ran out is made final first. */
  async function row(text: string, values: [id: string, ...rest: unknown[]]) {
    for (;;) {
      const [found] = await query(text, values);
      if (!found?.due) return found;
      await change(sql.settle, values[0]);
    }
  }

  async function status(id: string): Promise<StreamRecord | undefined> {
    const found = await row(sql.status, [id]);
    return found && recordOf(found);
  }

  /** Runs a statement for many streams at once; its rows by the items' places. */
  async function many(text: string, values: unknown[][]) {
    const rows = await query(text, values);
    return new Map(rows.map((row) => [Number(row.n) - 1, row]));
  }

  /** The same for one that their producers change them by: tells who watches them here. */
  async function changeMany(text: string, ids: string[], ...values: unknown[][]) {
    try {
      return await many(text, [ids, payloads.text(ids), ...values]);
    } finally {
      for (const id of ids) watchers.wake(id, "text");
    }
  }

  const claim = batched(async (items: { id: string; leaseMs: number }[]) => {
    const claimed = await changeMany(
      sql.claim,
      items.map(({ id }) => id),
      items.map(({ leaseMs }) => leaseMs),
    );
    return items.map(async ({ id }, n): Promise<Claim | undefined> => {
      const row = claimed.get(n);
      if (row) return { claimed: true, epoch: Number(row.key) };
      const record = await status(id);
      return record && { claimed: false, record };
    });
  }, MAX_BATCH);

  const renew = batched(async (items: { id: string; epoch: number; leaseMs: number }[]) => {
    const renewed = await many(sql.renew, [
      items.map(({ id }) => id),
      items.map(({ epoch }) => epoch),
      items.map(({ leaseMs }) => leaseMs),
    ]);
    return items.map(async ({ id }, n): Promise<LeaseResult> => {
      const row = renewed.get(n);
      if (row) return { state: "ok", stopRequested: row.stop_requested };
      return { state: (await status(id)) ? "lost" : "gone" };
    });
  }, MAX_BATCH);

  const append = batched(async (items: { id: string; append: StoreAppend }[]) => {
    const written = await changeMany(
      sql.append,
      items.map(({ id }) => id),
      items.map(({ append }) => append.epoch),
      items.map(({ append }) => append.offset),
      items.map(({ append }) => append.bytes),
      items.map(({ append }) => append.leaseMs),
      items.map(({ append }) => append.close?.status ?? null),
      items.map(({ append }) => append.close?.error ?? null),
    );
    return items.map(async ({ id, append }, n): Promise<LeaseResult> => {
      const row = written.get(n);
      return row ? { state: "ok", stopRequested: row.stop_requested } : refused(id, append);
    });
  }, MAX_BATCH);

  /** What an append that changed nothing came to: it had been carried out before, or the stream is lost, or gone. */
  async function refused(
    id: string,
    { epoch, offset, bytes, close }: StoreAppend,
  ): Promise<LeaseResult> {
    const found = await row(sql.refused, [id, epoch, offset, bytes]);
    if (!found) return { state: "gone" };
    const written =
      found.mine &&
      Number(found.length) === offset + bytes.length &&
      (found.same || bytes.length === 0);
    const { status, error } = recordOf(found);
    const ended = close ? close.status === status && close.error === error : status === "streaming";
    return written && ended
      ? { state: "ok", stopRequested: found.stop_requested }
      : { state: "lost" };
  }

  return {
    async create(id, pendingMs) {
      if (id.length === 0 || id.length > MAX_ID) {
        throw new RangeError(
          `A stream's id has 1 to ${MAX_ID} characters, and this one ${id.length}`,
        );
      }
      return (await query(sql.create, [id, pendingMs])).length > 0;
    },

    claim: (id, leaseMs) => claim({ id, leaseMs }),
    append: (id, given) => append({ id, append: given }),
    renew: (id, epoch, leaseMs) => renew({ id, epoch, leaseMs }),

    async read(id, offset, maxBytes): Promise<Page | undefined> {
      // Three bytes more tell where the last whole character ends.
      const found = await row(sql.read, [id, offset, maxBytes + 3]);
      if (!found) return undefined;
      const bytes = cutOnCharacter(found.bytes ?? new Uint8Array(0), 0, maxBytes);
      return { ...recordOf(found), bytes };
    },

    status,

    async stop(id) {
      const [stopped] = await change(sql.stop, id);
      return stopped ? recordOf(stopped) : status(id);
    },

    async delete(id) {
      return (await change(sql.delete, id)).length > 0;
    },

    async sweep(retainMs) {
      const retain = Math.min(Math.max(retainMs, 0), MAX_RETAIN_MS);
      let touched = 0;
      for (const [text, values] of [
        [sql.sweepRunOut, [payloads.origin]],
        [sql.sweepOld, [payloads.origin, retain]],
      ] as const) {
        let rows: PostgresResult["rows"];
        do {
          rows = await query(text, [...values]);
          touched += rows.length;
          for (const { id } of rows) watchers.wake(id, "control");
        } while (rows.length > 0);
      }
      return touched;
    },

    async watch(id, wake) {
      const leave = watchers.add(id, wake);
      const end = () => {
        leave();
        if (watchers.size === 0) listener.idle();
      };
      try {
        await Promise.all([ready(), listener.open()]);
      } catch (error) {
        end();
        throw error;
      }
      return end;
    },

    async close() {
      watchers.clear();
      await listener.close();
    },
  };
}

function recordOf(row: PostgresResult["rows"][number]): StreamRecord {
  const record = { status: row.status, length: Number(row.length) };
  return row.error === null ? record : { ...record, error: row.error };
}
