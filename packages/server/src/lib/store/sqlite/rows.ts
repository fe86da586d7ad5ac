import { isTerminal, type StreamStatus } from "@twinstream/core/protocol";
import { type NewStream, type StreamRecord, TOMBSTONE_MS } from "../../options/store.ts";
import type { StreamEnd } from "../../options/stream-end.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import { lapsed, recordOf } from "../shared/record.ts";
import type { Statements } from "./statements.ts";

/** A row of `twinstream_streams`. */
export interface Row {
  readonly key: number;
  readonly id: string;
  readonly status: StreamStatus;
  readonly error: string | null;
  readonly error_message: string | null;
  readonly reason: string | null;
  readonly length: number;
  /** As JSON. */
  readonly tags: string | null;
  /** The claim's; null too in a stream that a server of schema 1 has claimed. */
  readonly token: string | null;
  readonly producers: number;
  readonly stop_requested: number;
  /** When a pending stream or a lease runs out. */
  readonly until: number;
}

/** Reads and ends rows. Its statements are synchronous: a row cannot change between two of them. */
export interface Rows {
  find(id: string): Row | undefined;
  /** Whether its time has run out, and nobody has stored that. */
  isOver(row: Row): boolean;
  /** The record as of now: a lease that ran out reads as the end that it will become. */
  record(row: Row): StreamRecord;
  /** The text from `offset` on, at most `maxBytes`, cut on characters. */
  text(row: Row, offset: number, maxBytes: number): Uint8Array;
  /** Adds a pending stream; undefined if the id is taken. */
  add(id: string, stream: NewStream, until: number): Row | undefined;
  /** Whether a stream of this id was deleted not long ago. */
  isDeleted(id: string): boolean;
  /** Stores the end. */
  end(row: Row, length: number, end: StreamEnd): void;
  /** Stores the end of a stream whose lease ran out. */
  expire(row: Row): void;
  /** Deletes the stream and its text, and remembers that it was there. */
  remove(key: number, id: string): void;
}

export function createRows(sql: Statements, now: () => number): Rows {
  const rows: Rows = {
    find: (id) => sql.find.get(id) as unknown as Row | undefined,

    isOver: (row) => !isTerminal(row.status) && now() >= row.until,

    record(row) {
      return recordOf({
        status: row.status,
        error: row.error,
        errorMessage: row.error_message,
        reason: row.reason,
        ...(rows.isOver(row) && endOf(row)),
        length: row.length,
        epoch: row.producers,
        tags: row.tags === null ? null : JSON.parse(row.tags),
      });
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

    add(id, { tags }, until) {
      const stored = tags?.length ? JSON.stringify(tags) : null;
      if (sql.create.run(id, until, stored, Math.round(now())).changes === 0) return undefined;
      sql.forget.run(id);
      const row = rows.find(id)!;
      for (const tag of tags ?? []) sql.addTag.run(tag, row.key);
      return row;
    },

    isDeleted: (id) => sql.tombstone.get(id, Math.round(now()), id) !== undefined,

    end(row, length, { status, error, errorMessage, reason }) {
      const why = [error ?? null, errorMessage ?? null, reason ?? null];
      sql.end.run(length, status, ...why, Math.round(now()), row.key);
    },

    expire(row) {
      rows.end(row, row.length, endOf(row));
    },

    remove(key, id) {
      sql.deleteChunks.run(key);
      sql.delete.run(key);
      sql.bury.run(id, Math.round(now() + TOMBSTONE_MS));
    },
  };
  return rows;
}

/** The end of a row whose time has run out. */
function endOf(row: Row): StreamEnd {
  return lapsed(row.status, row.stop_requested === 1);
}
