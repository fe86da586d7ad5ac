import type { LiveText } from "./live-text.ts";

/**
 * Waits until a live text goes beyond byte `offset` or is closed, the time is over, or the client
 * has left.
 * @param ms the longest time to wait
 */
export function waitForText(
  live: LiveText,
  offset: number,
  ms: number,
  left: AbortSignal,
): Promise<void> {
  return new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      left.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const unsubscribe = live.subscribe(() => {
      if (live.end > offset || live.closed) done();
    });
    left.addEventListener("abort", done);
    if (live.end > offset || live.closed || left.aborted) done();
  });
}
