import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { sqliteStore } from "@twinstream/server/sqlite";
import { listen } from "../run/listen.ts";
import { drive, type TextServer, type Tokens } from "./text-server.ts";

/** Our server on SQLite, with its defaults. Calls `onBatch` with each batch that it writes. */
export async function twinstream(onBatch: (text: string) => void = () => {}): Promise<TextServer> {
  const folder = mkdtempSync(join(tmpdir(), "twinstream-bench-"));
  const store = sqliteStore({ path: join(folder, "streams.db") });
  const counts = { writes: 0, reads: 0 };
  let source: Tokens;
  const streams = createStreamServer({
    store: {
      ...store,
      append(id, append) {
        counts.writes++;
        if (append.bytes.length > 0) onBatch(new TextDecoder().decode(append.bytes));
        return store.append(id, append);
      },
      read(...page) {
        counts.reads++;
        return store.read(...page);
      },
    },
    authorize: anyoneWithId(),
    basePath: "/s",
    generate: ({ append }) => append.from(source()),
  });
  const { port, close } = await listen(getRequestListener((request) => streams.handler(request)));
  const id = await streams.create();
  return {
    port,
    id,
    counts,
    generate(tokens) {
      source = tokens;
      return drive(port, `/s/${id}/drive`);
    },
    async close() {
      await close();
      await streams.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
