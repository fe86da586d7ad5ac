import type { SourceRequest } from "../types.ts";

/**
 * Waits between two requests of one attempt.
 * @param request the attempt's request: the pause ends early when its page wakes or its reader leaves
 * @param ms how long to wait, in milliseconds
 */
export function pause({ platform, signal }: SourceRequest, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancelTimer();
      forgetWake();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancelTimer = platform.after(ms, end);
    const forgetWake = platform.onWake(end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
