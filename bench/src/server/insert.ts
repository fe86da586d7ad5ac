import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { bare } from "./bare.ts";
import type { Server, ServerOptions } from "./server.ts";

/** The bare server with one INSERT per token: the obvious first version of an application. */
export async function insert({ folder }: ServerOptions): Promise<Server> {
  const database = new DatabaseSync(join(folder, "insert.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  database.exec("CREATE TABLE token (id TEXT, text TEXT)");
  const statement = database.prepare("INSERT INTO token VALUES (?, ?)");
  const server = await bare((id, token) => statement.run(id, token));
  return {
    ...server,
    async close() {
      await server.close();
      database.close();
    },
  };
}
