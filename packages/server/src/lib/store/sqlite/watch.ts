import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Change } from "../../options/store.ts";
import { createWatchers } from "../shared/watchers.ts";

/** Tells watchers of changes: those of this process as they are committed, those of others by looking. */
export interface SqliteWatch {
  watch(id: string, wake: (change: Change) => void): Promise<() => void>;
  /** A change that the transaction under way makes. */
  changed(id: string, change: Change): void;
  /** The transaction was committed. */
  committed(): void;
  /** The transaction was undone. */
  undone(): void;
  close(): void;
}

type Seen = ReturnType<StatementSync["get"]>;

/** What another process has done between two looks. */
function changeOf(before: Seen, now: Seen): Change | undefined {
  if (before?.stop_requested !== now?.stop_requested) return "control";
  return before?.status === now?.status && before?.length === now?.length ? undefined : "text";
}

/**
 * SQLite tells a connection that another one has committed by `data_version`, and nothing more: so
 * while anything is watched, that number is looked at every `pollMs`, and where it has changed, the
 * rows of the watched streams are compared with what was seen before.
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

  /** Looks once. Where another process shuts readers out for a moment, the next look sees what was missed. */
  function poll(): void {
    try {
      look();
    } catch {
      // What lasts is told by the reads that readers ask for.
    }
  }

  function look(): void {
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
      const leave = watchers.add(id, wake);
      timer ??= setInterval(poll, pollMs).unref();
      return () => {
        if (!leave()) return;
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
      const told = changes;
      changes = [];
      for (const [id, change] of told) watchers.wake(id, change);
    },
    undone() {
      changes = [];
    },
    close() {
      clearInterval(timer);
      watchers.clear();
    },
  };
}
