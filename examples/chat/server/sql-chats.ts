import { DatabaseSync } from "node:sqlite";
import type pg from "pg";
import type { Chats, Conversation } from "./chats.ts";

/** Runs one statement with parameters `$1`, `$2` …, and resolves with its rows. */
type Run = <Row>(sql: string, ...values: (string | number)[]) => Promise<Row[]>;

// Both SQLite and Postgres understand this SQL.
const TABLES = [
  `CREATE TABLE IF NOT EXISTS chat_conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, shared INTEGER NOT NULL,
    created_at BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS chat_turns (
    id TEXT PRIMARY KEY, conversation TEXT NOT NULL, prompt TEXT NOT NULL, stream TEXT NOT NULL,
    created_at BIGINT NOT NULL)`,
  "CREATE INDEX IF NOT EXISTS chat_by_owner ON chat_conversations (owner)",
  "CREATE INDEX IF NOT EXISTS chat_by_conversation ON chat_turns (conversation)",
  "CREATE INDEX IF NOT EXISTS chat_by_stream ON chat_turns (stream)",
];

interface Row {
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  readonly shared: number;
}

const conversation = ({ id, owner, title, shared }: Row): Conversation => ({
  id,
  owner,
  title,
  shared: shared === 1,
});

function sqlChats(run: Run, close: () => Promise<void>): Chats {
  const now = () => Date.now();
  return {
    async list(owner) {
      const rows = await run<Row>(
        "SELECT * FROM chat_conversations WHERE owner = $1 AND title <> '' ORDER BY created_at DESC",
        owner,
      );
      return rows.map(conversation);
    },
    async create({ id, owner, title, shared }) {
      await run(
        "INSERT INTO chat_conversations VALUES ($1, $2, $3, $4, $5)",
        ...[id, owner, title, Number(shared), now()],
      );
    },
    async find(id) {
      return (await run<Row>("SELECT * FROM chat_conversations WHERE id = $1", id)).map(
        conversation,
      )[0];
    },
    async findByStream(stream) {
      const rows = await run<Row>(
        `SELECT * FROM chat_conversations
         WHERE id = (SELECT conversation FROM chat_turns WHERE stream = $1)`,
        stream,
      );
      return rows.map(conversation)[0];
    },
    async update(id, { title, shared }) {
      if (title !== undefined) {
        await run("UPDATE chat_conversations SET title = $2 WHERE id = $1", id, title);
      }
      if (shared !== undefined) {
        await run("UPDATE chat_conversations SET shared = $2 WHERE id = $1", id, Number(shared));
      }
    },
    turns: (id) =>
      run(
        "SELECT id, prompt, stream FROM chat_turns WHERE conversation = $1 ORDER BY created_at, id",
        id,
      ),
    async addTurn(conversation, { id, prompt, stream }) {
      await run(
        "INSERT INTO chat_turns VALUES ($1, $2, $3, $4, $5)",
        ...[id, conversation, prompt, stream, now()],
      );
    },
    async replaceStream(_, { id }, stream) {
      await run("UPDATE chat_turns SET stream = $2 WHERE id = $1", id, stream);
    },
    async clear(id) {
      await run("DELETE FROM chat_turns WHERE conversation = $1", id);
    },
    close,
  };
}

/** Stores conversations in a SQLite file. It may be the file of the streams. */
export async function sqliteChats(path: string): Promise<Chats> {
  const db = new DatabaseSync(path, { timeout: 5000 });
  for (const table of TABLES) db.exec(table);
  const run: Run = async (sql, ...values) => {
    const named = Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
    return db.prepare(sql).all(named) as never;
  };
  return sqlChats(run, async () => db.close());
}

/** Stores conversations in Postgres. The caller ends the pool. */
export async function postgresChats(pool: pg.Pool): Promise<Chats> {
  for (const table of TABLES) await pool.query(table);
  const run: Run = async (sql, ...values) => (await pool.query(sql, values)).rows;
  return sqlChats(run, async () => {});
}
