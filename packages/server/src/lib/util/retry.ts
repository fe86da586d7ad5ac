import { sleep } from "./sleep.ts";

/** The pause before each next attempt, in ms: it doubles from `minMs` to `maxMs`. */
export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}

export interface RetryOptions extends Backoff {
  /**
   * Called after each failed attempt with its error and when the attempt began, by
   * `performance.now()`. Return false to give up: `retry` then rejects with the error.
   */
  readonly again: (error: unknown, begun: number) => boolean;
  /** Gives up when it is aborted, also during a pause. An attempt under way is not interrupted. */
  readonly signal?: AbortSignal;
}

/**
 * Runs `attempt` until it succeeds, `again` returns false, or `signal` is aborted.
 * @returns what the first successful attempt resolves with
 * @throws the error of the last attempt
 * @example await retry(() => store.read(id, 0, 1024), { minMs: 50, maxMs: 1000, again: isTransient });
 */
export async function retry<T>(
  attempt: (begun: number) => Promise<T>,
  { minMs, maxMs, again, signal }: RetryOptions,
): Promise<T> {
  for (let pause = minMs; ; pause = Math.min(pause * 2, maxMs)) {
    const begun = performance.now();
    try {
      return await attempt(begun);
    } catch (error) {
      if (signal?.aborted || !again(error, begun)) throw error;
      await sleep(pause, signal);
      if (signal?.aborted) throw error;
    }
  }
}
