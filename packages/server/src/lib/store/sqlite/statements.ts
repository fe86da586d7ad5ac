import type { DatabaseSync } from "node:sqlite";

export type Statements = ReturnType<typeof statements>;

/** Prepares the store's statements. */
export function statements(db: DatabaseSync) {
  return {
    find: db.prepare("SELECT * FROM twinstream_streams WHERE id = ?"),
    create: db.prepare(
      "INSERT INTO twinstream_streams (id, status, until) VALUES (?, 'pending', ?) ON CONFLICT DO NOTHING",
    ),
    claim: db.prepare(
      "UPDATE twinstream_streams SET status = 'streaming', epoch = ?, until = ? WHERE key = ?",
    ),
    addChunk: db.prepare("INSERT INTO twinstream_chunks VALUES (?, ?, ?)"),
    grow: db.prepare("UPDATE twinstream_streams SET length = ?, until = ? WHERE key = ?"),
    end: db.prepare(
      "UPDATE twinstream_streams SET length = ?, status = ?, error = ?, ended_at = ? WHERE key = ?",
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
      "SELECT * FROM twinstream_streams WHERE status IN ('pending', 'streaming') AND until <= ?",
    ),
    old: db.prepare("SELECT key, id FROM twinstream_streams WHERE ended_at <= ? LIMIT ?"),
  };
}
