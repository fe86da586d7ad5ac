export { type SqliteStoreOptions, sqliteStore } from "./lib/sqlite/store.ts";
