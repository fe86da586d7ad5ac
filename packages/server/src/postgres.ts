/**
 * Streams in Postgres, for any number of server processes.
 * @module
 */

export type { PostgresClient, PostgresPool, PostgresResult } from "./lib/store/postgres/shape.ts";
export { type PostgresStoreOptions, postgresStore } from "./lib/store/postgres/store.ts";
