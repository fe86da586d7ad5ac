import { isTerminal } from "@twinstream/core/protocol";
import type { ClaimResult, LeaseResult, Page, Store } from "../../options/store.ts";
import { equalBytes } from "../../util/bytes.ts";
import { yieldIfBusy } from "../../util/event-loop.ts";
import { isSameEnd } from "../shared/record.ts";
import { openDatabase } from "./database.ts";
import { resolveOptions, type SqliteStoreOptions } from "./options.ts";
import { createRows, type Row } from "./rows.ts";
import { statements } from "./statements.ts";
import { createSqliteWatch } from "./watch.ts";
import { createWriteQueue } from "./write-queue.ts";

/** How many streams one transaction of a sweep deletes. */
const SWEEP_ROWS = 1000;

/**
 * Keeps streams in one SQLite file, by Node's own `node:sqlite`, in
 * [WAL mode](https://www.sqlite.org/wal.html). Any number of processes of one machine may share it.
 *
 * @param options the file's path, and how safe and how fast to write
 * @returns a store for `createStreamServer`
 * @throws TypeError if an option is invalid; Error if the file cannot be opened, or if a newer
 * release has migrated it
 * @example createStreamServer({ store: sqliteStore({ path: "streams.db" }), … })
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  const { path, synchronous, pollMs, now } = resolveOptions(options);
  const db = openDatabase(path, synchronous);
  const sql = statements(db);
  const rows = createRows(sql, now);
  const watch = createSqliteWatch(db, pollMs);
  const queue = createWriteQueue(db, watch);
  /** A time from now, as the database stores it. */
  const inMs = (ms: number) => Math.round(now() + ms);

  /** Finds the row. If its lease has run out, that is made final first, and the watchers are woken. */
  async function settled(id: string): Promise<Row | undefined> {
    const found = rows.find(id);
    if (!found || !rows.isOver(found)) return found;
    return queue.write(() => {
      const current = rows.find(id);
      if (current && rows.isOver(current)) expire(current);
      return rows.find(id);
    });
  }

  /** Whether a producer holds it. */
  function isLive(row: Row): boolean {
    return row.status === "streaming" && !rows.isOver(row);
  }

  function expire(row: Row): void {
    rows.expire(row);
    watch.changed(row.id, "control");
  }

  function remove(key: number, id: string): void {
    rows.remove(key, id);
    watch.changed(id, "control");
  }

  return {
    create: (id, { pendingMs, ...stream }) =>
      queue.write(() => rows.add(id, stream, inMs(pendingMs)) !== undefined),

    claim: (id, { token, leaseMs, create }) =>
      queue.write((): ClaimResult | undefined => {
        const until = inMs(leaseMs);
        const found =
          rows.find(id) ??
          (create && !rows.isDeleted(id) ? rows.add(id, create, until) : undefined);
        if (!found) return undefined;
        const record = rows.record(found);
        const { tags } = record;
        if (record.status === "pending") {
          sql.claim.run(token, until, found.key);
          watch.changed(id, "text");
          return { claimed: true, epoch: record.epoch + 1, tags };
        }
        // The answer to this same claim was lost: repeat it.
        const isHolder = record.status === "streaming" && found.token === token;
        return isHolder ? { claimed: true, epoch: record.epoch, tags } : { claimed: false, record };
      }),

    append: (id, { token, offset, bytes, leaseMs, close }) =>
      queue.write((): LeaseResult => {
        const found = rows.find(id);
        if (!found) return { state: "gone" };
        const stopRequested = found.stop_requested === 1;
        const length = offset + bytes.length;
        if (found.token !== token) return { state: "lost" };
        // The answer to this same append was lost: repeat it.
        if (
          (close || bytes.length > 0) &&
          found.length === length &&
          (close ? isSameEnd(rows.record(found), close) : found.status === "streaming") &&
          equalBytes(rows.text(found, offset, bytes.length), bytes)
        ) {
          return { state: "ok", stopRequested };
        }
        if (!isLive(found) || found.length !== offset) return { state: "lost" };
        if (bytes.length > 0) sql.addChunk.run(found.key, offset, bytes);
        if (close) rows.end(found, length, close);
        else sql.grow.run(length, inMs(leaseMs), found.key);
        watch.changed(id, "text");
        return { state: "ok", stopRequested };
      }),

    renew: (id, token, leaseMs) =>
      queue.write((): LeaseResult => {
        const found = rows.find(id);
        if (!found) return { state: "gone" };
        if (found.token !== token || !isLive(found)) return { state: "lost" };
        sql.grow.run(found.length, inMs(leaseMs), found.key);
        return { state: "ok", stopRequested: found.stop_requested === 1 };
      }),

    async read(id, offset, maxBytes): Promise<Page | undefined> {
      // Reads are synchronous: a loop that does nothing else must let the writes have a turn.
      await yieldIfBusy(performance.now());
      const found = await settled(id);
      return found && { ...rows.record(found), bytes: rows.text(found, offset, maxBytes) };
    },

    async status(id) {
      await yieldIfBusy(performance.now());
      const found = await settled(id);
      return found && rows.record(found);
    },

    stop: (id) =>
      queue.write(() => {
        const found = rows.find(id);
        if (!found) return undefined;
        const record = rows.record(found);
        if (isTerminal(record.status)) return record;
        // Even if it ends at once: this column shows other processes that the producer did not end it.
        sql.requestStop.run(found.key);
        if (record.status === "pending") rows.end(found, 0, { status: "stopped" });
        watch.changed(id, "control");
        return rows.record(rows.find(id)!);
      }),

    delete: (id) =>
      queue.write(() => {
        const found = rows.find(id);
        if (!found) return false;
        remove(found.key, id);
        return true;
      }),

    async isDeleted(id) {
      await yieldIfBusy(performance.now());
      return rows.isDeleted(id);
    },

    async sweep(retainMs) {
      let touched = await queue.write(() => {
        sql.deleteTombstones.run(inMs(0));
        const expired = sql.runOut.all(inMs(0)) as unknown as Row[];
        for (const row of expired) expire(row);
        return expired.length;
      });
      // One page per transaction, so that many deletions delay nobody's text.
      for (let removed = SWEEP_ROWS; removed === SWEEP_ROWS; touched += removed) {
        removed = await queue.write(() => {
          const old = sql.old.all(inMs(-retainMs), SWEEP_ROWS);
          for (const { key, id } of old) remove(Number(key), String(id));
          return old.length;
        });
      }
      return touched;
    },

    watch: watch.watch,

    async close() {
      if (!db.isOpen) return;
      watch.close();
      queue.flush();
      db.close();
    },
  };
}
