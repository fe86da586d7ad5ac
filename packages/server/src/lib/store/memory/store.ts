import { isTerminal, type TerminalStatus } from "@twinstream/core/protocol";
import type { ClaimResult, LeaseResult, Page, Store, StreamRecord } from "../../options/store.ts";
import { ByteWindow } from "../../util/byte-window.ts";
import { equalBytes } from "../../util/bytes.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import { newEpoch } from "../shared/epoch.ts";
import { createWatchers } from "../shared/watchers.ts";

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** The clock, in ms; for tests. Default: `performance.now()`, which never goes back. */
  readonly now?: () => number;
}

interface Row {
  status: StreamRecord["status"];
  error: string | undefined;
  readonly text: ByteWindow;
  epoch: number;
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
  const watchers = createWatchers();

  /** Finds the row. If its lease has run out, that is made final first. */
  const find = (id: string): Row | undefined => {
    const row = rows.get(id);
    if (row && !isTerminal(row.status) && now() >= row.until) {
      end(row, row.stopRequested ? "stopped" : "timeout");
    }
    return row;
  };

  const end = (row: Row, status: TerminalStatus, error?: string) => {
    row.status = status;
    row.error = error;
    row.endedAt = now();
  };

  const holds = (row: Row | undefined, epoch: number): row is Row =>
    row?.status === "streaming" && row.epoch === epoch;

  return {
    async create(id, pendingMs) {
      if (rows.has(id)) return false;
      rows.set(id, {
        status: "pending",
        error: undefined,
        text: new ByteWindow(0),
        epoch: 0,
        until: now() + pendingMs,
        endedAt: 0,
        stopRequested: false,
      });
      return true;
    },

    async claim(id, leaseMs): Promise<ClaimResult | undefined> {
      const row = find(id);
      if (!row) return undefined;
      if (row.status !== "pending") return { claimed: false, record: record(row) };
      row.status = "streaming";
      row.epoch = newEpoch();
      row.until = now() + leaseMs;
      watchers.wake(id, "text");
      return { claimed: true, epoch: row.epoch };
    },

    async append(id, { epoch, offset, bytes, leaseMs, close }): Promise<LeaseResult> {
      const row = find(id);
      if (!row) return { state: "gone" };
      // The answer to this same append was lost: repeat it.
      if (
        (close || bytes.length > 0) &&
        row.epoch === epoch &&
        row.text.end === offset + bytes.length &&
        row.status === (close?.status ?? "streaming") &&
        row.error === close?.error &&
        equalBytes(row.text.slice(offset, row.text.end), bytes)
      ) {
        return { state: "ok", stopRequested: row.stopRequested };
      }
      if (!holds(row, epoch) || row.text.end !== offset) return { state: "lost" };
      row.text.push(bytes.slice());
      row.until = now() + leaseMs;
      if (close) end(row, close.status, close.error);
      watchers.wake(id, "text");
      return { state: "ok", stopRequested: row.stopRequested };
    },

    async renew(id, epoch, leaseMs): Promise<LeaseResult> {
      const row = find(id);
      if (!row) return { state: "gone" };
      if (!holds(row, epoch)) return { state: "lost" };
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
      if (row.status === "pending") end(row, "stopped");
      else if (row.status === "streaming") row.stopRequested = true;
      else return record(row);
      watchers.wake(id, "control");
      return record(row);
    },

    async delete(id) {
      const existed = rows.delete(id);
      if (existed) watchers.wake(id, "control");
      return existed;
    },

    async sweep(retainMs) {
      let touched = 0;
      for (const [id, row] of rows) {
        const before = row.status;
        find(id);
        const old = isTerminal(row.status) && now() - row.endedAt >= retainMs;
        if (old) rows.delete(id);
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

function record(row: Row): StreamRecord {
  return { status: row.status, length: row.text.end, error: row.error };
}
