import { isTerminal } from "@twinstream/core/protocol";
import {
  type ClaimResult,
  type LeaseResult,
  type NewStream,
  type Page,
  type Store,
  type StreamRecord,
  TOMBSTONE_MS,
} from "../../options/store.ts";
import type { StreamEnd } from "../../options/stream-end.ts";
import { ByteWindow } from "../../util/byte-window.ts";
import { equalBytes } from "../../util/bytes.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import { isSameEnd, lapsed, recordOf } from "../shared/record.ts";
import { createWatchers } from "../shared/watchers.ts";

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** The clock, in ms; for tests. Default: `performance.now()`, which never goes back. */
  readonly now?: () => number;
}

interface Row {
  status: StreamRecord["status"];
  end: StreamEnd | undefined;
  readonly tags: readonly string[] | undefined;
  readonly text: ByteWindow;
  epoch: number;
  token: string | undefined;
  /** When a pending stream, or a lease, runs out. */
  until: number;
  endedAt: number;
  stopRequested: boolean;
}

/**
 * Keeps streams in the memory of this process, for tests and trials. Nothing survives the process,
 * and no other process can read it.
 *
 * @param options a clock, for tests
 * @returns a store for `createStreamServer`
 * @example createStreamServer({ store: memoryStore(), … })
 */
export function memoryStore({ now = () => performance.now() }: MemoryStoreOptions = {}): Store {
  const rows = new Map<string, Row>();
  /** Ids of streams that were deleted, and until when that is known. Oldest first. */
  const tombstones = new Map<string, number>();
  const watchers = createWatchers();

  /** Finds the row. If its lease has run out, that is made final first. */
  const find = (id: string): Row | undefined => {
    const row = rows.get(id);
    if (row && !isTerminal(row.status) && now() >= row.until) {
      finish(row, lapsed(row.status, row.stopRequested));
    }
    return row;
  };

  const finish = (row: Row, end: StreamEnd) => {
    row.status = end.status;
    row.end = end;
    row.endedAt = now();
  };

  const add = (id: string, { tags }: NewStream, until: number): Row => {
    const row: Row = {
      status: "pending",
      end: undefined,
      tags: tags?.length ? [...tags] : undefined,
      text: new ByteWindow(0),
      epoch: 0,
      token: undefined,
      until,
      endedAt: 0,
      stopRequested: false,
    };
    rows.set(id, row);
    tombstones.delete(id);
    return row;
  };

  const remove = (id: string): boolean => {
    if (!rows.delete(id)) return false;
    tombstones.set(id, now() + TOMBSTONE_MS);
    return true;
  };

  const isDeleted = (id: string) => now() < (tombstones.get(id) ?? Number.NEGATIVE_INFINITY);

  const holds = (row: Row | undefined, token: string): row is Row =>
    row?.status === "streaming" && row.token === token;

  return {
    async create(id, { pendingMs, ...stream }) {
      if (rows.has(id)) return false;
      add(id, stream, now() + pendingMs);
      return true;
    },

    async claim(id, { token, leaseMs, create }): Promise<ClaimResult | undefined> {
      const until = now() + leaseMs;
      const row = find(id) ?? (create && !isDeleted(id) ? add(id, create, until) : undefined);
      if (!row) return undefined;
      if (row.status === "pending") {
        row.status = "streaming";
        row.epoch++;
        row.token = token;
        row.until = until;
        watchers.wake(id, "text");
      }
      const { epoch, tags } = row;
      return holds(row, token)
        ? { claimed: true, epoch, tags }
        : { claimed: false, record: record(row) };
    },

    async append(id, { token, offset, bytes, leaseMs, close }): Promise<LeaseResult> {
      const row = find(id);
      if (!row) return { state: "gone" };
      // The answer to this same append was lost: repeat it.
      if (
        (close || bytes.length > 0) &&
        row.token === token &&
        row.text.end === offset + bytes.length &&
        (close ? row.end && isSameEnd(row.end, close) : row.status === "streaming") &&
        equalBytes(row.text.slice(offset, row.text.end), bytes)
      ) {
        return { state: "ok", stopRequested: row.stopRequested };
      }
      if (!holds(row, token) || row.text.end !== offset) return { state: "lost" };
      row.text.push(bytes.slice());
      row.until = now() + leaseMs;
      if (close) finish(row, close);
      watchers.wake(id, "text");
      return { state: "ok", stopRequested: row.stopRequested };
    },

    async renew(id, token, leaseMs): Promise<LeaseResult> {
      const row = find(id);
      if (!row) return { state: "gone" };
      if (!holds(row, token)) return { state: "lost" };
      row.until = now() + leaseMs;
      return { state: "ok", stopRequested: row.stopRequested };
    },

    async read(id, offset, maxBytes): Promise<Page | undefined> {
      const row = find(id);
      if (!row) return undefined;
      const rest = row.text.slice(offset, Math.min(row.text.end, offset + maxBytes + 4));
      return { ...record(row), bytes: cutOnCharacter(rest, 0, maxBytes) };
    },

    async status(id) {
      const row = find(id);
      return row && record(row);
    },

    async stop(id) {
      const row = find(id);
      if (!row) return undefined;
      if (row.status === "pending") finish(row, { status: "stopped" });
      else if (row.status === "streaming") row.stopRequested = true;
      else return record(row);
      watchers.wake(id, "control");
      return record(row);
    },

    async delete(id) {
      const existed = remove(id);
      if (existed) watchers.wake(id, "control");
      return existed;
    },

    isDeleted: async (id) => isDeleted(id),

    async sweep(retainMs) {
      for (const [id, until] of tombstones) {
        if (now() < until) break;
        tombstones.delete(id);
      }
      let touched = 0;
      for (const [id, row] of rows) {
        const before = row.status;
        find(id);
        const old = isTerminal(row.status) && now() - row.endedAt >= retainMs;
        if (old) remove(id);
        if (old || row.status !== before) {
          touched++;
          watchers.wake(id, "control");
        }
      }
      return touched;
    },

    watch: async (id, wake) => watchers.add(id, wake),

    async close() {
      watchers.clear();
    },
  };
}

function record({ status, end, epoch, tags, text }: Row): StreamRecord {
  return recordOf({ ...end, status, length: text.end, epoch, tags });
}
