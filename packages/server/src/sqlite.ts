/**
 * Streams in one SQLite file, for the server processes of one machine.
 * @module
 */

export type { SqliteStoreOptions } from "./lib/store/sqlite/options.ts";
export { sqliteStore } from "./lib/store/sqlite/store.ts";
