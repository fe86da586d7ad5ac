/**
 * Streams in Postgres, for any number of server processes.
 * @module
 */

export type { PostgresClient, PostgresPool, PostgresResult } from "./lib/postgres/shape.ts";
export { type PostgresStoreOptions, postgresStore } from "./lib/postgres/store.ts";
