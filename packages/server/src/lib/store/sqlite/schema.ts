import type { DatabaseSync } from "node:sqlite";

// Each step takes the schema from the version of its index to the next. Never change a step that
// was released: add another.
const STEPS = [
  `CREATE TABLE twinstream_streams (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    error TEXT,
    length INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    stop_requested INTEGER NOT NULL DEFAULT 0,
    until INTEGER NOT NULL,
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX twinstream_until ON twinstream_streams (until) WHERE status IN ('pending', 'streaming');
  CREATE INDEX twinstream_ended ON twinstream_streams (ended_at) WHERE ended_at IS NOT NULL;
  CREATE TABLE twinstream_chunks (
    key INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (key, offset)
  ) STRICT, WITHOUT ROWID;`,
];

/** The version of the schema that this release writes. */
export const SCHEMA_VERSION = STEPS.length;

/**
 * Brings the schema up to date, or creates it.
 * @throws Error if a newer release has migrated the database
 */
export function migrate(db: DatabaseSync): void {
  // Checked without the write lock first, because another process may hold that for long.
  if (versionOf(db) === SCHEMA_VERSION) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    db.exec("CREATE TABLE IF NOT EXISTS twinstream_schema (version INTEGER NOT NULL) STRICT");
    const version = versionOf(db);
    if (version > SCHEMA_VERSION) {
      throw new Error(
        `sqliteStore: the database has schema version ${version}, but this release of @twinstream/server knows versions up to ${SCHEMA_VERSION}. Update @twinstream/server.`,
      );
    }
    for (const step of STEPS.slice(version)) db.exec(step);
    if (version === 0) {
      db.prepare("INSERT INTO twinstream_schema VALUES (?)").run(SCHEMA_VERSION);
    } else if (version < SCHEMA_VERSION) {
      db.prepare("UPDATE twinstream_schema SET version = ?").run(SCHEMA_VERSION);
    }
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

/** Returns the schema's version; 0 if there is none. */
function versionOf(db: DatabaseSync): number {
  const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'twinstream_schema'").get();
  const row = known && db.prepare("SELECT version FROM twinstream_schema").get();
  return row ? Number(row.version) : 0;
}
