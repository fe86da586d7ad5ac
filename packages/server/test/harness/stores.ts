import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "../../src/index.ts";
import { memoryStore } from "../../src/memory.ts";
import { sqliteStore } from "../../src/sqlite.ts";

/** The stores that need no engine, for suites of the server above them. */
export const localStores: Record<string, () => { store: Store; remove: () => void }> = {
  memory: () => ({ store: memoryStore(), remove: () => {} }),
  sqlite: () => {
    const folder = mkdtempSync(join(tmpdir(), "twinstream-"));
    const store = sqliteStore({ path: join(folder, "streams.db") });
    return { store, remove: () => rmSync(folder, { recursive: true, force: true }) };
  },
};
