import type { LeaseResult, NewStream, StreamRecord } from "../../options/store.ts";
import { recordOf } from "../shared/record.ts";
import type { Watchers } from "../shared/watchers.ts";
import type { PostgresRow } from "./client.ts";
import type { Database } from "./database.ts";
import type { Payloads } from "./payload.ts";
import type { Statements } from "./statements.ts";

/** Reads and changes rows, and wakes the watchers of what it changes. */
export interface Rows {
  /** Runs a statement that selects one stream. If its lease has run out, that is made final first. */
  find(text: string, values: [id: string, ...rest: unknown[]]): Promise<PostgresRow | undefined>;
  /** Runs a statement that changes one stream, and wakes its watchers with `control`. */
  change(text: string, id: string): Promise<PostgresRow[]>;
  /** Like `change`, for a change that only a producer makes: wakes the watchers with `text`. */
  produce(text: string, id: string, ...values: unknown[]): Promise<PostgresRow[]>;
  /**
   * Runs a statement for many streams at once.
   * @returns its rows, by the streams' places in `ids`
   */
  findMany(text: string, ids: string[], ...values: unknown[][]): Promise<Map<number, PostgresRow>>;
  /** Like `findMany`, for changes that only a producer makes: wakes the watchers with `text`. */
  changeMany(
    text: string,
    ids: string[],
    ...values: unknown[][]
  ): Promise<Map<number, PostgresRow>>;
}

export function createRows(
  database: Database,
  sql: Statements,
  watchers: Watchers,
  payloads: Payloads,
): Rows {
  const rows: Rows = {
    async find(text, values) {
      for (;;) {
        const [found] = await database.query(text, values);
        if (!found?.due) return found;
        await rows.change(sql.settle, values[0]);
      }
    },

    async change(text, id) {
      try {
        return await database.query(text, [id, payloads.control(id)]);
      } finally {
        // Even if it failed: the statement may have run, and only its answer was lost.
        watchers.wake(id, "control");
      }
    },

    async produce(text, id, ...values) {
      try {
        return await database.query(text, [id, ...payloads.text([id]), ...values]);
      } finally {
        watchers.wake(id, "text");
      }
    },

    async findMany(text, ids, ...values) {
      const found = await database.query(text, [ids, ...values]);
      return new Map(found.map((row) => [Number(row.n) - 1, row]));
    },

    async changeMany(text, ids, ...values) {
      try {
        return await rows.findMany(text, ids, payloads.text(ids), ...values);
      } finally {
        for (const id of ids) watchers.wake(id, "text");
      }
    },
  };
  return rows;
}

/** Reads the record in a row. */
export function recordIn(row: PostgresRow): StreamRecord {
  return recordOf({
    ...row,
    length: Number(row.length),
    errorMessage: row.error_message?.toString(),
  });
}

/** The result of an append or a renewal that changed `row`. */
export function leaseResultOf(row: PostgresRow): LeaseResult {
  return { state: "ok", stopRequested: row.stop_requested };
}

/** A new stream's tags as its row has them: null if there are none. */
export function tagsFor({ tags }: NewStream): readonly string[] | null {
  return tags?.length ? tags : null;
}
