import type { DatabaseSync } from "node:sqlite";

export type Statements = ReturnType<typeof statements>;

/** The columns of a `Row`. Each append reads them, so they are no more than it takes. */
const COLUMNS = `key, id, status, error, error_message, reason, length, tags, token, producers,
  stop_requested, until`;

/** Prepares the store's statements. */
export function statements(db: DatabaseSync) {
  return {
    find: db.prepare(`SELECT ${COLUMNS} FROM twinstream_streams WHERE id = ?`),
    create: db.prepare(
      `INSERT INTO twinstream_streams (id, status, until, tags, created_at)
        VALUES (?, 'pending', ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    addTag: db.prepare("INSERT OR IGNORE INTO twinstream_tags VALUES (?, ?)"),
    claim: db.prepare(
      `UPDATE twinstream_streams
        SET status = 'streaming', producers = producers + 1, token = ?, until = ? WHERE key = ?`,
    ),
    addChunk: db.prepare("INSERT INTO twinstream_chunks VALUES (?, ?, ?)"),
    grow: db.prepare("UPDATE twinstream_streams SET length = ?, until = ? WHERE key = ?"),
    end: db.prepare(
      `UPDATE twinstream_streams SET length = ?, status = ?, error = ?, error_message = ?, reason = ?,
        ended_at = ? WHERE key = ?`,
    ),
    requestStop: db.prepare("UPDATE twinstream_streams SET stop_requested = 1 WHERE key = ?"),
    /** From the chunk that holds the offset on. */
    chunksFrom: db.prepare(
      `SELECT offset, bytes FROM twinstream_chunks WHERE key = ?1 AND offset >=
        (SELECT coalesce(max(offset), 0) FROM twinstream_chunks WHERE key = ?1 AND offset <= ?2)
        ORDER BY offset`,
    ),
    deleteChunks: db.prepare("DELETE FROM twinstream_chunks WHERE key = ?"),
    delete: db.prepare("DELETE FROM twinstream_streams WHERE key = ?"),
    runOut: db.prepare(
      `SELECT ${COLUMNS} FROM twinstream_streams
        WHERE status IN ('pending', 'streaming') AND until <= ?`,
    ),
    bury: db.prepare("INSERT OR REPLACE INTO twinstream_tombstones VALUES (?, ?)"),
    forget: db.prepare("DELETE FROM twinstream_tombstones WHERE id = ?"),
    // A server of schema 1 leaves the tombstone of a stream that it creates again.
    tombstone: db.prepare(
      `SELECT 1 FROM twinstream_tombstones WHERE id = ? AND until > ?
        AND NOT EXISTS (SELECT 1 FROM twinstream_streams WHERE id = ?)`,
    ),
    deleteTombstones: db.prepare("DELETE FROM twinstream_tombstones WHERE until <= ?"),
    old: db.prepare("SELECT key, id FROM twinstream_streams WHERE ended_at <= ? LIMIT ?"),
  };
}
