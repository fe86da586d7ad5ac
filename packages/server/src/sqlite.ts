export { type SqliteStoreOptions, sqliteStore } from "./lib/store/sqlite/store.ts";
