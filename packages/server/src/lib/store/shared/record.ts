import type { StreamStatus } from "@twinstream/core/protocol";
import type { StreamRecord } from "../../options/store.ts";
import type { StreamEnd } from "../../options/stream-end.ts";

/** The fields of a record as a database has them: null if there is none. */
export interface StoredRecord {
  readonly status: StreamStatus;
  readonly length: number;
  /** 0 too for a stream that a server of the release before epochs has claimed. */
  readonly epoch: number;
  readonly error?: string | null;
  readonly errorMessage?: string | null;
  readonly reason?: string | null;
  readonly tags?: readonly string[] | null;
}

/** A record with the fields that it has. */
export function recordOf(stored: StoredRecord): StreamRecord {
  const { status, length, error, errorMessage, reason, tags } = stored;
  return {
    status,
    length,
    epoch: stored.epoch || (wasClaimed(status, length) ? 1 : 0),
    ...(error && { error }),
    ...(errorMessage && { errorMessage }),
    ...(reason && { reason }),
    ...(tags?.length && { tags }),
  };
}

/** Whether a stream must have had a producer. An empty one that ended may have ended before its claim. */
function wasClaimed(status: StreamStatus, length: number): boolean {
  return length > 0 || status === "streaming" || status === "done" || status === "error";
}

/** The end of a stream whose time has run out. */
export function lapsed(status: StreamStatus, stopRequested: boolean): StreamEnd {
  if (stopRequested) return { status: "stopped" };
  return { status: "timeout", reason: status === "pending" ? "undriven" : "crash" };
}

/** Whether a stream's end is the one that an append brought before. */
export function isSameEnd(record: StreamEnd | StreamRecord, end: StreamEnd): boolean {
  return (
    record.status === end.status &&
    record.error === end.error &&
    record.errorMessage === end.errorMessage &&
    record.reason === end.reason
  );
}
