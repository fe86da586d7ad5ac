import type { RetryOptions } from "../types.ts";

// A server may ask for a pause, not for ever.
const LONGEST = 600_000;

/**
 * How long to wait before the next request: doubling, with jitter, so that the clients of a server
 * that comes back do not all come at once.
 * @param failures the failures in a row
 * @param asked the least wait that the server asks for, in ms
 * @param random from 0 up to 1: the jitter
 * @param options the first and the longest wait, in ms
 * @returns milliseconds
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
