import type { LeaseResult, StreamRecord } from "../../options/store.ts";
import { recordOf } from "../shared/record.ts";
import type { Creation } from "./index-keys.ts";

/** Reads the record in a script's reply; undefined if there is no such stream. */
export function recordIn(reply: unknown): StreamRecord | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [status, length, error, errorMessage, reason, epoch, tags] = reply.map(String);
  return recordOf({
    status: status as StreamRecord["status"],
    length: Number(length),
    epoch: Number(epoch),
    error,
    errorMessage,
    reason,
    tags: tagsIn(tags!),
  });
}

/** Reads what a stream was made with. */
export function creationIn([tags, made]: unknown[]): Creation {
  return { tags: tagsIn(`${tags}`), made: `${made}` };
}

/** Reads tags; there are none in "". */
function tagsIn(json: string): string[] {
  return json === "" ? [] : JSON.parse(json);
}

/** Reads a script's reply to an append or a renewal. */
export function leaseResultOf(reply: unknown): LeaseResult {
  const state = `${reply}`;
  if (state === "gone" || state === "lost") return { state };
  return { state: "ok", stopRequested: state === "stop" };
}
