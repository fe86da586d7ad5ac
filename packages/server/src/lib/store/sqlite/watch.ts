import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Change } from "../../options/store.ts";
import { createWatchers } from "../shared/watchers.ts";
import type { TransactionListener } from "./write-queue.ts";

/** Wakes watchers: of this process's changes once they are committed, of others' by polling. */
export interface SqliteWatch extends TransactionListener {
  watch(id: string, wake: (change: Change) => void): Promise<() => void>;
  /** Notes a change of the transaction that is under way. */
  changed(id: string, change: Change): void;
  close(): void;
}

type Seen = ReturnType<StatementSync["get"]>;

/** What another process has changed between two polls. */
function changeOf(before: Seen, now: Seen): Change | undefined {
  if (before && !now) return "control";
  // A row that appears was made by a producer, unless it is stopped already.
  if ((before?.stop_requested ?? 0) !== (now?.stop_requested ?? 0)) return "control";
  return before?.status === now?.status && before?.length === now?.length ? undefined : "text";
}

/**
 * Makes the watch. SQLite shows a connection only by the number `data_version` that another one has
 * committed. So while a stream is watched, this reads the number every `pollMs`. If it has changed,
 * the rows of the watched streams are compared with those of the last poll.
 * @see https://www.sqlite.org/pragma.html#pragma_data_version
 */
export function createSqliteWatch(db: DatabaseSync, pollMs: number): SqliteWatch {
  const version = db.prepare("PRAGMA data_version");
  const rowOf = db.prepare(
    "SELECT status, length, stop_requested FROM twinstream_streams WHERE id = ?",
  );
  const watchers = createWatchers();
  const seen = new Map<string, Seen>();
  let changes: [string, Change][] = [];
  let lastVersion = dataVersion();
  let timer: ReturnType<typeof setInterval> | undefined;

  function dataVersion(): unknown {
    return version.get()?.data_version;
  }

  function poll(): void {
    try {
      compare();
    } catch {
      // Another process may lock readers out for a moment: the next poll sees what this one missed.
      // Lasting errors are reported by the reads of the followers.
    }
  }

  function compare(): void {
    const current = dataVersion();
    if (current === lastVersion) return;
    for (const id of watchers.ids()) {
      const before = seen.get(id);
      const now = rowOf.get(id);
      seen.set(id, now);
      const change = changeOf(before, now);
      if (change) watchers.wake(id, change);
    }
    lastVersion = current;
  }

  return {
    async watch(id, wake) {
      if (!watchers.has(id)) seen.set(id, rowOf.get(id));
      const remove = watchers.add(id, wake);
      timer ??= setInterval(poll, pollMs).unref();
      return () => {
        if (!remove()) return;
        seen.delete(id);
        if (watchers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    changed(id, change) {
      if (watchers.has(id)) changes.push([id, change]);
    },
    committed() {
      const committed = changes;
      changes = [];
      for (const [id, change] of committed) watchers.wake(id, change);
    },
    rolledBack() {
      changes = [];
    },
    close() {
      clearInterval(timer);
      watchers.clear();
    },
  };
}
