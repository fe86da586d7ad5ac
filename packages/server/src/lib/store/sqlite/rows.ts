import { isTerminal, type StreamStatus } from "@twinstream/core/protocol";
import type { StreamRecord } from "../../options/store.ts";
import type { StreamEnd } from "../../options/stream-end.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import type { Statements } from "./statements.ts";

/** A row of `twinstream_streams`. */
export interface Row {
  readonly key: number;
  readonly id: string;
  readonly status: StreamStatus;
  readonly error: string | null;
  readonly length: number;
  readonly epoch: number;
  readonly stop_requested: number;
  /** When a pending stream or a lease runs out. */
  readonly until: number;
}

/** Reads and ends rows. Its statements are synchronous: a row cannot change between two of them. */
export interface Rows {
  find(id: string): Row | undefined;
  /** The record as of now: a lease that ran out reads as the end that it will become. */
  record(row: Row): StreamRecord;
  /** The text from `offset` on, at most `maxBytes`, cut on characters. */
  text(row: Row, offset: number, maxBytes: number): Uint8Array;
  /** Stores the end. */
  end(row: Row, length: number, end: StreamEnd): void;
  /** Stores the end of a stream whose lease ran out. */
  expire(row: Row): void;
  /** Deletes the stream and its text. */
  remove(key: number): void;
}

export function createRows(sql: Statements, now: () => number): Rows {
  const rows: Rows = {
    find: (id) => sql.find.get(id) as unknown as Row | undefined,

    record(row) {
      const expired = !isTerminal(row.status) && now() >= row.until;
      return {
        status: expired ? expiredStatus(row) : row.status,
        length: row.length,
        error: row.error ?? undefined,
      };
    },

    text(row, offset, maxBytes) {
      if (offset >= row.length) return new Uint8Array(0);
      const parts: Uint8Array[] = [];
      let length = 0;
      for (const chunk of sql.chunksFrom.iterate(row.key, offset)) {
        const bytes = chunk.bytes as Uint8Array;
        const start = Number(chunk.offset);
        // What another process has added since the row was read belongs to the next page.
        const part = bytes.subarray(Math.max(0, offset - start), row.length - start);
        parts.push(part);
        length += part.length;
        // At least a byte more than `maxBytes` shows whether a character ends there.
        if (length > maxBytes) break;
      }
      const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      return cutOnCharacter(all, 0, maxBytes);
    },

    end(row, length, { status, error }) {
      sql.end.run(length, status, error ?? null, Math.round(now()), row.key);
    },

    expire(row) {
      rows.end(row, row.length, { status: expiredStatus(row) });
    },

    remove(key) {
      sql.deleteChunks.run(key);
      sql.delete.run(key);
    },
  };
  return rows;
}

function expiredStatus(row: Row): "stopped" | "timeout" {
  return row.stop_requested ? "stopped" : "timeout";
}
