import { retry } from "../../util/retry.ts";
import type { PostgresPool, PostgresRow } from "./client.ts";
import type { Names } from "./names.ts";
import { migrate } from "./schema.ts";

const MAX_ATTEMPTS = 10;
/** The pauses between them, in ms. */
const BACKOFF = { minMs: 1, maxMs: 50 };

/** The caller's database, once it has our tables. */
export interface Database {
  /** Resolves once the schema is up to date; the first call migrates it. */
  ready(): Promise<void>;
  /** Runs a statement and returns its rows. */
  query(text: string, values: unknown[]): Promise<PostgresRow[]>;
}

/** Puts `pool` behind a migration at first use, and repeats statements that lost a race. */
export function createDatabase(pool: PostgresPool, names: Names): Database {
  let migrated: Promise<void> | undefined;

  function ready(): Promise<void> {
    migrated ??= migrate(pool, names).catch((error) => {
      migrated = undefined;
      throw error;
    });
    return migrated;
  }

  return {
    ready,
    async query(text, values) {
      await ready();
      let attempts = 0;
      const { rows } = await retry(() => pool.query(text, values), {
        ...BACKOFF,
        again: (error) => ++attempts < MAX_ATTEMPTS && lostRace(error),
      });
      return rows;
    },
  };
}

/**
 * Whether the statement lost to another one, and may be repeated: a deadlock, or a serialization
 * failure if the database's default isolation is stricter than READ COMMITTED.
 * @see https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
 */
function lostRace(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "40001" || code === "40P01";
}
