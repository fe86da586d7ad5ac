import type { LeaseResult, StreamRecord } from "../../options/store.ts";

/** Reads the record in a script's reply; undefined if there is no such stream. */
export function recordOf(reply: unknown): StreamRecord | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [status, length, error] = reply as [Buffer, number, Buffer];
  const record = { status: `${status}` as StreamRecord["status"], length: Number(length) };
  return error.length > 0 ? { ...record, error: `${error}` } : record;
}

/** Reads a script's reply to an append or a renewal. */
export function leaseResultOf(reply: unknown): LeaseResult {
  const state = `${reply}`;
  if (state === "gone" || state === "lost") return { state };
  return { state: "ok", stopRequested: state === "stop" };
}
