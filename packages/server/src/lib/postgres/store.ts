import { KeptLink } from "../link.ts";
import type { Append, Change, Claim, Hold, Page, Store, StreamRecord } from "../store.ts";
import { cutOnCharacter } from "../text.ts";
import { createWatchers } from "../watchers.ts";
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

/** The most that one statement appends. */
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
  async function change(kind: Change, text: string, id: string, ...more: unknown[]) {
    try {
      return await query(text, [id, payloads.one(kind, id), ...more]);
    } finally {
      // Also where it failed: it may have been carried out, and only its answer lost.
      watchers.wake(id, kind);
    }
  }

  /** A stream's row; a lease that ran out is made final first. */
  async function row(text: string, values: [id: string, ...rest: unknown[]]) {
    for (;;) {
      const [found] = await query(text, values);
      if (!found?.due) return found;
      await change("control", sql.settle, values[0]);
    }
  }

  async function status(id: string): Promise<StreamRecord | undefined> {
    const found = await row(sql.status, [id]);
    return found && recordOf(found);
  }

  const append = batched(async (items: { id: string; append: Append }[]): Promise<Hold[]> => {
    try {
      const rows = await query(sql.append, [
        items.map(({ id }) => id),
        items.map(({ append }) => append.epoch),
        items.map(({ append }) => append.offset),
        items.map(({ append }) => append.bytes),
        items.map(({ append }) => append.leaseMs),
        items.map(({ append }) => append.close?.status ?? null),
        items.map(({ append }) => append.close?.error ?? null),
        payloads.text(items.map(({ id }) => id)),
      ]);
      const written = new Map(rows.map(({ n, stop_requested }) => [Number(n) - 1, stop_requested]));
      return await Promise.all(
        items.map(({ id, append }, index) => {
          const stopRequested = written.get(index);
          return stopRequested === undefined
            ? refused(id, append)
            : { state: "ok" as const, stopRequested };
        }),
      );
    } finally {
      for (const { id } of items) watchers.wake(id, "text");
    }
  }, MAX_BATCH);

  /** What an append that changed nothing came to: it had been carried out before, or the stream is lost, or gone. */
  async function refused(id: string, { epoch, offset, bytes, close }: Append): Promise<Hold> {
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

    async claim(id, leaseMs): Promise<Claim | undefined> {
      const [claimed] = await change("text", sql.claim, id, leaseMs);
      if (claimed) return { claimed: true, epoch: Number(claimed.key) };
      const record = await status(id);
      return record && { claimed: false, record };
    },

    append: (id, given) => append({ id, append: given }),

    async renew(id, epoch, leaseMs): Promise<Hold> {
      const [renewed] = await query(sql.renew, [id, epoch, leaseMs]);
      if (renewed) return { state: "ok", stopRequested: renewed.stop_requested };
      return { state: (await status(id)) ? "lost" : "gone" };
    },

    async read(id, offset, maxBytes): Promise<Page | undefined> {
      // Three bytes more tell where the last whole character ends.
      const found = await row(sql.read, [id, offset, maxBytes + 3]);
      if (!found) return undefined;
      const bytes = cutOnCharacter(found.bytes ?? new Uint8Array(0), 0, maxBytes);
      return { ...recordOf(found), bytes };
    },

    status,

    async stop(id) {
      const [stopped] = await change("control", sql.stop, id);
      return stopped ? recordOf(stopped) : status(id);
    },

    async delete(id) {
      return (await change("control", sql.delete, id)).length > 0;
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
