/** A status that a stream may still leave. */
export type ActiveStatus = "pending" | "streaming";

/** A status that is final: nothing leaves it. */
export type TerminalStatus = "done" | "stopped" | "error" | "timeout";

/**
 * Where a stream stands.
 * - `pending`: created, not claimed yet
 * - `streaming`: one producer has claimed it and generates
 * - `done`: the whole text is stored
 * - `stopped`: the user cancelled it; the text so far stays
 * - `error`: generating or storing failed; the text so far stays
 * - `timeout`: its producer died, or nobody claimed it in time
 */
export type StreamStatus = ActiveStatus | TerminalStatus;

export const STATUSES: readonly unknown[] = [
  "pending",
  "streaming",
  "done",
  "stopped",
  "error",
  "timeout",
] satisfies StreamStatus[];

/**
 * Whether `value` is one of the statuses.
 * @example isStatus("complete") // false
 */
export function isStatus(value: unknown): value is StreamStatus {
  return STATUSES.includes(value);
}

/**
 * Whether `status` is one that a stream may still leave.
 * @example isActive("streaming") // true
 */
export function isActive(status: StreamStatus): status is ActiveStatus {
  return !isTerminal(status);
}

/**
 * Whether `status` is one that nothing leaves.
 * @example isTerminal("done") // true
 */
export function isTerminal(status: StreamStatus): status is TerminalStatus {
  return status !== "pending" && status !== "streaming";
}
