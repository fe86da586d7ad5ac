/**
 * Streams in Postgres, for any number of server processes.
 * @module
 */

export type { PostgresClient, PostgresPool, PostgresResult } from "./lib/store/postgres/client.ts";
export { type PostgresStoreOptions, postgresStore } from "./lib/store/postgres/store.ts";
