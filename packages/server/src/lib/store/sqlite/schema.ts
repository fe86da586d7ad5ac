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

  // Only adds, so that a server of schema 1 that still runs beside this one goes on with its own
  // streams. It knows its claim by `epoch`, a random number; a claim of this release has a token, and
  // leaves `epoch` 0. `until` is the end of a lease, and `settle_at` the time from which the stream
  // reads as ended, if that is later. Of what no release fills yet, nothing makes an append dearer.
  `ALTER TABLE twinstream_streams ADD COLUMN error_message TEXT;
  ALTER TABLE twinstream_streams ADD COLUMN reason TEXT;
  ALTER TABLE twinstream_streams ADD COLUMN kind TEXT NOT NULL DEFAULT 'text';
  ALTER TABLE twinstream_streams ADD COLUMN tags TEXT;
  ALTER TABLE twinstream_streams ADD COLUMN token TEXT;
  ALTER TABLE twinstream_streams ADD COLUMN producers INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE twinstream_streams ADD COLUMN created_at INTEGER;
  ALTER TABLE twinstream_streams ADD COLUMN settle_at INTEGER;
  ALTER TABLE twinstream_streams ADD COLUMN resumable INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE twinstream_streams ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE twinstream_streams ADD COLUMN told INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE twinstream_streams ADD COLUMN told_token TEXT;
  ALTER TABLE twinstream_streams ADD COLUMN told_until INTEGER;
  CREATE INDEX twinstream_orphans ON twinstream_streams (until) WHERE resumable = 1 AND status = 'streaming';
  CREATE INDEX twinstream_settle ON twinstream_streams (settle_at) WHERE settle_at IS NOT NULL AND status = 'streaming';
  CREATE INDEX twinstream_untold ON twinstream_streams (told_until) WHERE told = 0;
  CREATE TABLE twinstream_tags (
    tag TEXT NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (tag, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX twinstream_tags_of ON twinstream_tags (key);
  CREATE TABLE twinstream_epochs (
    key INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    start INTEGER NOT NULL,
    PRIMARY KEY (key, epoch)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE twinstream_inputs (
    key INTEGER PRIMARY KEY,
    input TEXT,
    context TEXT
  ) STRICT;
  CREATE TABLE twinstream_tombstones (
    id TEXT PRIMARY KEY,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX twinstream_tombstones_until ON twinstream_tombstones (until);
  CREATE TRIGGER twinstream_deleted AFTER DELETE ON twinstream_streams BEGIN
    DELETE FROM twinstream_tags WHERE key = old.key;
    DELETE FROM twinstream_epochs WHERE key = old.key;
    DELETE FROM twinstream_inputs WHERE key = old.key;
  END;`,
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
