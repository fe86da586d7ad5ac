import { DatabaseSync } from "node:sqlite";

/** The write lock of a SQLite file. */
export interface WriteLock {
  take(): void;
  release(): void;
  close(): void;
}

/**
 * Opens a SQLite file to hold its write lock. A server that was paused in the middle of a write may
 * have the lock: then `take` tries again until it gets it, without blocking this process.
 */
export function writeLock(path: string): WriteLock {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA busy_timeout = 0");
  let held = false;
  let retry: NodeJS.Timeout | undefined;
  const release = () => {
    clearTimeout(retry);
    if (held) db.exec("ROLLBACK");
    held = false;
  };
  const take = () => {
    if (held) return;
    try {
      db.exec("BEGIN IMMEDIATE");
      held = true;
    } catch {
      retry = setTimeout(take, 10);
    }
  };
  return {
    take,
    release,
    close() {
      release();
      db.close();
    },
  };
}
