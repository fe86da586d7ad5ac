export { type SqliteStoreOptions, sqliteStore } from "./lib/sqlite.ts";
