import { DatabaseSync } from "node:sqlite";
import { isTerminal, type StreamStatus } from "@twinstream/core/protocol";
import type { Change, Claim, LeaseResult, Page, Store, StreamRecord } from "../../options/store.ts";
import type { StreamEnd } from "../../options/stream-end.ts";
import { equalBytes } from "../../util/bytes.ts";
import { yieldIfBusy } from "../../util/event-loop.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import { newEpoch } from "../shared/epoch.ts";
import { createWriteQueue } from "./queue.ts";
import { migrate } from "./schema.ts";
import { createSqliteWatch } from "./watch.ts";

export interface SqliteStoreOptions {
  /** The database's file, made where there is none; `":memory:"` for none. */
  readonly path: string;
  /**
   * What a loss of power may take. With `normal`, the default, the last moments' writes; with
   * `full`, nothing that was written, at the cost of a sync a transaction. A crash of the process
   * takes nothing with either.
   */
  readonly synchronous?: "normal" | "full";
  /** How often changes of other processes are looked for while anything is watched, in ms. Default 100. */
  readonly pollMs?: number;
  /** The clock, in ms since 1970; for tests. Processes that share a file must agree on it. */
  readonly now?: () => number;
}

/** How many streams one transaction of a sweep deletes. */
const SWEEP_ROWS = 1000;

interface Row {
  readonly key: number;
  readonly status: StreamStatus;
  readonly error: string | null;
  readonly length: number;
  readonly epoch: number;
  readonly stop_requested: number;
  readonly until: number;
}

/**
 * A store in one SQLite file, by Node's own `node:sqlite`, in WAL mode. Several processes of one
 * machine may share the file.
 * @throws where the file cannot be opened, or a newer release has written it
 * @example createStreamServer({ store: sqliteStore({ path: "streams.db" }), … })
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  checkOptions(options);
  const { path, synchronous = "normal", pollMs = 100, now = Date.now } = options;
  const db = open(path);
  db.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous === "full" ? "FULL" : "NORMAL"}`,
  );
  migrate(db);
  db.exec("PRAGMA busy_timeout = 20");

  const find = db.prepare("SELECT * FROM twinstream_streams WHERE id = ?");
  const insert = db.prepare(
    "INSERT INTO twinstream_streams (id, status, until) VALUES (?, 'pending', ?) ON CONFLICT DO NOTHING",
  );
  const take = db.prepare(
    "UPDATE twinstream_streams SET status = 'streaming', epoch = ?, until = ? WHERE key = ?",
  );
  const grow = db.prepare("UPDATE twinstream_streams SET length = ?, until = ? WHERE key = ?");
  const finish = db.prepare(
    "UPDATE twinstream_streams SET length = ?, status = ?, error = ?, ended_at = ? WHERE key = ?",
  );
  const addChunk = db.prepare("INSERT INTO twinstream_chunks VALUES (?, ?, ?)");
  const askStop = db.prepare("UPDATE twinstream_streams SET stop_requested = 1 WHERE key = ?");
  const chunksFrom = db.prepare(
    `SELECT offset, bytes FROM twinstream_chunks WHERE key = ?1 AND offset >=
      (SELECT coalesce(max(offset), 0) FROM twinstream_chunks WHERE key = ?1 AND offset <= ?2)
      ORDER BY offset`,
  );
  const dropChunks = db.prepare("DELETE FROM twinstream_chunks WHERE key = ?");
  const drop = db.prepare("DELETE FROM twinstream_streams WHERE key = ?");
  const runOut = db.prepare(
    "SELECT * FROM twinstream_streams WHERE status IN ('pending', 'streaming') AND until <= ?",
  );
  const old = db.prepare("SELECT key, id FROM twinstream_streams WHERE ended_at <= ? LIMIT ?");

  const watch = createSqliteWatch(db, pollMs);
  const queue = createWriteQueue(db, watch);
  // node:sqlite's own statements are synchronous, so that a row cannot change between two of them.
  const row = (id: string) => find.get(id) as unknown as Row | undefined;
  const record = (found: Row): StreamRecord => {
    const status =
      !isTerminal(found.status) && now() >= found.until
        ? found.stop_requested
          ? "stopped"
          : "timeout"
        : found.status;
    return { status, length: found.length, error: found.error ?? undefined };
  };
  const end = (found: Row, length: number, close: StreamEnd) =>
    finish.run(length, close.status, close.error ?? null, Math.round(now()), found.key);
  const tell = (id: string, change: Change) => watch.changed(id, change);

  return {
    create: (id, pendingMs) =>
      queue.write(() => insert.run(id, Math.round(now() + pendingMs)).changes === 1),

    claim: (id, leaseMs) =>
      queue.write((): Claim | undefined => {
        const found = row(id);
        if (!found) return undefined;
        const seen = record(found);
        if (seen.status !== "pending") return { claimed: false, record: seen };
        const epoch = newEpoch();
        take.run(epoch, Math.round(now() + leaseMs), found.key);
        tell(id, "text");
        return { claimed: true, epoch };
      }),

    append: (id, { epoch, offset, bytes, leaseMs, close }) =>
      queue.write((): LeaseResult => {
        const found = row(id);
        if (!found) return { state: "gone" };
        const stopRequested = found.stop_requested === 1;
        const length = offset + bytes.length;
        if (found.epoch !== epoch) return { state: "lost" };
        // The answer to the same append was lost: say it again.
        if (
          (close || bytes.length > 0) &&
          found.length === length &&
          found.status === (close?.status ?? "streaming") &&
          found.error === (close?.error ?? null) &&
          equalBytes(bytesFrom(found, offset, bytes.length), bytes)
        ) {
          return { state: "ok", stopRequested };
        }
        const { status } = record(found);
        if (status !== "streaming" || found.length !== offset) return { state: "lost" };
        if (bytes.length > 0) addChunk.run(found.key, offset, bytes);
        if (close) end(found, length, close);
        else grow.run(length, Math.round(now() + leaseMs), found.key);
        tell(id, "text");
        return { state: "ok", stopRequested };
      }),

    renew: (id, epoch, leaseMs) =>
      queue.write((): LeaseResult => {
        const found = row(id);
        if (!found) return { state: "gone" };
        if (found.epoch !== epoch || record(found).status !== "streaming") return { state: "lost" };
        grow.run(found.length, Math.round(now() + leaseMs), found.key);
        return { state: "ok", stopRequested: found.stop_requested === 1 };
      }),

    async read(id, offset, maxBytes): Promise<Page | undefined> {
      // Reading is synchronous: a loop that does nothing else must let the writes have a turn.
      await yieldIfBusy(performance.now());
      const found = await settled(id);
      if (!found) return undefined;
      return { ...record(found), bytes: bytesFrom(found, offset, maxBytes) };
    },

    async status(id) {
      await yieldIfBusy(performance.now());
      const found = await settled(id);
      return found && record(found);
    },

    stop: (id) =>
      queue.write(() => {
        const found = row(id);
        if (!found) return undefined;
        const seen = record(found);
        if (isTerminal(seen.status)) return seen;
        // Also where it ends at once: by this, other processes tell a stop from the producer's own end.
        askStop.run(found.key);
        if (seen.status === "pending") end(found, 0, { status: "stopped" });
        tell(id, "control");
        return record(row(id)!);
      }),

    delete: (id) =>
      queue.write(() => {
        const found = row(id);
        if (!found) return false;
        remove(found.key, id);
        return true;
      }),

    async sweep(retainMs) {
      let touched = await queue.write(() => {
        const lapsed = runOut.all(Math.round(now())) as unknown as (Row & { id: string })[];
        for (const found of lapsed) lapse(found, found.id);
        return lapsed.length;
      });
      // A part at a time, so that a great many hold up nobody's text.
      for (let removed = SWEEP_ROWS; removed === SWEEP_ROWS; touched += removed) {
        removed = await queue.write(() => {
          const rows = old.all(Math.round(now() - retainMs), SWEEP_ROWS);
          for (const { key, id } of rows) remove(Number(key), String(id));
          return rows.length;
        });
      }
      return touched;
    },

    watch: (id, wake) => watch.watch(id, wake),

    async close() {
      if (!db.isOpen) return;
      watch.close();
      queue.flush();
      db.close();
    },
  };

  /** The row; where its time has run out, that is made final first, and whoever follows is told. */
  async function settled(id: string): Promise<Row | undefined> {
    const found = row(id);
    if (!found || record(found).status === found.status) return found;
    return queue.write(() => {
      const now = row(id);
      if (now && record(now).status !== now.status) lapse(now, id);
      return row(id);
    });
  }

  function lapse(found: Row, id: string): void {
    end(found, found.length, { status: found.stop_requested ? "stopped" : "timeout" });
    tell(id, "control");
  }

  function remove(key: number, id: string): void {
    dropChunks.run(key);
    drop.run(key);
    tell(id, "control");
  }

  function bytesFrom(found: Row, offset: number, maxBytes: number): Uint8Array {
    if (offset >= found.length) return new Uint8Array(0);
    const parts: Uint8Array[] = [];
    let length = 0;
    for (const chunk of chunksFrom.iterate(found.key, offset)) {
      const bytes = chunk.bytes as Uint8Array;
      const start = Number(chunk.offset);
      // What another process has added since the row was read is for the next page.
      const part = bytes.subarray(Math.max(0, offset - start), found.length - start);
      parts.push(part);
      length += part.length;
      // One character more, so that the cut sees where one begins.
      if (length > maxBytes) break;
    }
    const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    return cutOnCharacter(all, 0, maxBytes);
  }
}

function checkOptions(options: SqliteStoreOptions | undefined): void {
  const need = (name: string, ok: boolean, hint: string) => {
    if (!ok) throw new TypeError(`sqliteStore: \`${name}\` must be ${hint}`);
  };
  const { path, synchronous = "normal", pollMs = 100 } = options ?? ({} as SqliteStoreOptions);
  need("path", typeof path === "string" && path !== "", 'a file, or ":memory:"');
  need("synchronous", ["normal", "full"].includes(synchronous), '"normal" or "full"');
  need(
    "pollMs",
    typeof pollMs === "number" && pollMs >= 1 && pollMs < 2 ** 31,
    "a number from 1 on, in ms",
  );
}

function open(path: string): DatabaseSync {
  try {
    // Waiting for another process blocks the event loop: shortly only, and then the queue tries again.
    return new DatabaseSync(path, { timeout: 5000 });
  } catch (cause) {
    throw new Error(
      `sqliteStore: ${JSON.stringify(path)} cannot be opened: its folder must be there, and writable`,
      { cause },
    );
  }
}
