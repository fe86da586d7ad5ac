import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Change } from "./store.ts";

type Wake = (change: Change) => void;

/** Tells watchers of changes: those of this process as they are committed, those of others by looking. */
export interface SqliteWatch {
  watch(id: string, wake: Wake): Promise<() => void>;
  /** A change that the transaction under way makes. */
  changed(id: string, change: Change): void;
  /** The transaction was committed. */
  committed(): void;
  close(): void;
}

interface Entry {
  readonly wakes: Set<Wake>;
  seen: ReturnType<StatementSync["get"]>;
}

/**
 * SQLite tells a connection that another one has committed by `data_version`, and nothing more: so
 * while anything is watched, that number is looked at every `pollMs`, and where it has changed, the
 * rows of the watched streams are compared with what was seen before.
 */
export function createSqliteWatch(db: DatabaseSync, pollMs: number): SqliteWatch {
  const version = db.prepare("PRAGMA data_version");
  const look = db.prepare(
    "SELECT status || ':' || length AS text, stop_requested AS stop FROM twinstream_streams WHERE id = ?",
  );
  const watched = new Map<string, Entry>();
  let changes: [string, Change][] = [];
  let lastVersion = dataVersion();
  let timer: ReturnType<typeof setInterval> | undefined;

  function dataVersion(): unknown {
    return version.get()?.data_version;
  }

  function poll(): void {
    const current = dataVersion();
    if (current === lastVersion) return;
    lastVersion = current;
    for (const [id, entry] of watched) {
      const { seen } = entry;
      entry.seen = look.get(id);
      if (entry.seen?.stop !== seen?.stop) wakeAll(entry, "control");
      else if (entry.seen?.text !== seen?.text) wakeAll(entry, "text");
    }
  }

  return {
    async watch(id, wake) {
      const entry = watched.get(id) ?? { wakes: new Set(), seen: look.get(id) };
      watched.set(id, entry);
      // A function of its own, so that one that watches twice is woken, and leaves, twice.
      const own: Wake = (change) => wake(change);
      entry.wakes.add(own);
      timer ??= setInterval(poll, pollMs).unref();
      return () => {
        entry.wakes.delete(own);
        if (entry.wakes.size === 0 && watched.get(id) === entry) watched.delete(id);
        if (watched.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      };
    },
    changed(id, change) {
      if (watched.has(id)) changes.push([id, change]);
    },
    committed() {
      if (changes.length === 0) return;
      const told = changes;
      changes = [];
      for (const [id, change] of told) {
        const entry = watched.get(id);
        if (entry) wakeAll(entry, change);
      }
    },
    close() {
      clearInterval(timer);
      watched.clear();
    },
  };
}

function wakeAll(entry: Entry, change: Change): void {
  for (const wake of [...entry.wakes]) wake(change);
}
