import type { RetryOptions } from "../types.ts";

// A server may ask for a pause, not for ever.
const LONGEST = 600_000;

/**
 * How long to wait after so many failures in a row, in ms: doubling, with jitter, so that the
 * clients of a server that comes back do not all come at once; at least what the server asked for.
 * `random` is from 0 up to 1.
 */
export function backoff(
  failures: number,
  asked: number | undefined,
  random: number,
  { baseMs = 500, maxMs = 30_000 }: RetryOptions = {},
): number {
  const ms = Math.min(maxMs, baseMs * 2 ** (failures - 2));
  return Math.max(ms * (0.5 + random / 2), Math.min(asked ?? 0, LONGEST));
}
