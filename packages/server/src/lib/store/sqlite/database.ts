import { DatabaseSync } from "node:sqlite";
import type { SqliteStoreOptions } from "./options.ts";
import { migrate } from "./schema.ts";

/** How long a statement may wait for another process, and block the event loop, in ms. */
const OPEN_WAIT_MS = 5000;
const WRITE_WAIT_MS = 20;

/**
 * Opens the database in WAL mode, so that readers and a writer do not block each other, and brings
 * its schema up to date.
 * @throws Error if the file cannot be opened, or if a newer release has migrated it
 * @see https://www.sqlite.org/wal.html
 */
export function openDatabase(
  path: string,
  synchronous: NonNullable<SqliteStoreOptions["synchronous"]>,
): DatabaseSync {
  const db = open(path);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous.toUpperCase()}`);
  migrate(db);
  // From now on the write queue waits, with the event loop running.
  db.exec(`PRAGMA busy_timeout = ${WRITE_WAIT_MS}`);
  return db;
}

function open(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: OPEN_WAIT_MS });
  } catch (cause) {
    throw new Error(
      `sqliteStore: ${JSON.stringify(path)} cannot be opened. Its folder must exist and be writable.`,
      { cause },
    );
  }
}
