import { writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { FOREVER_MS, type OldServer, saved } from "./old-server.ts";

/** Puts the saved database at `path`, and opens it as a server of that release had it open. */
export function oldSqlite(path: string): OldServer {
  writeFileSync(path, saved("sqlite.db"));
  const db = new DatabaseSync(path, { timeout: 5000 });
  db.exec("PRAGMA journal_mode = WAL");
  const sql = {
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
    deleteChunks: db.prepare("DELETE FROM twinstream_chunks WHERE key = ?"),
    delete: db.prepare("DELETE FROM twinstream_streams WHERE key = ?"),
  };
  const until = () => Date.now() + FOREVER_MS;
  const epochs = new Map<string, number>();
  const epochOf = (id: string) => epochs.get(id) ?? Number(sql.find.get(id)?.epoch);

  function transact<T>(step: () => T): T {
    db.exec("BEGIN IMMEDIATE");
    const result = step();
    db.exec("COMMIT");
    return result;
  }

  return {
    create: async (id) => transact(() => sql.create.run(id, until()).changes === 1),
    claim: async (id) =>
      transact(() => {
        const found = sql.find.get(id);
        if (found?.status !== "pending") return false;
        epochs.set(id, 1 + Math.floor(Math.random() * 2 ** 47));
        sql.claim.run(epochOf(id), until(), Number(found.key));
        return true;
      }),
    append: async (id, text, close) => {
      const epoch = epochOf(id);
      return transact(() => {
        const found = sql.find.get(id);
        if (found?.epoch !== epoch || found.status !== "streaming") return false;
        const [key, length] = [Number(found.key), Number(found.length)];
        sql.addChunk.run(key, length, Buffer.from(text));
        const grown = length + Buffer.byteLength(text);
        if (close) sql.end.run(grown, close.status, close.error ?? null, Date.now(), key);
        else sql.grow.run(grown, until(), key);
        return true;
      });
    },
    delete: async (id) =>
      transact(() => {
        const key = Number(sql.find.get(id)?.key);
        sql.deleteChunks.run(key);
        sql.delete.run(key);
      }),
    async lapse(id) {
      db.prepare("UPDATE twinstream_streams SET until = 0 WHERE id = ?").run(id);
    },
    async raiseVersion() {
      db.exec("UPDATE twinstream_schema SET version = 99");
    },
    close: async () => db.close(),
  };
}
