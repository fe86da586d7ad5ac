// Runs in the browser: one reading, and what it does to the page.

import { commits } from "../client/mount.ts";
import { checkLength } from "../client/plain.ts";
import { react } from "../client/react.ts";
import { pacing } from "../client/responses.ts";
import type { BrowserRequest } from "./browser.ts";

/** What one reading does to the page. */
export interface PageCost {
  readonly elapsed: number;
  readonly commits: number;
  /** Tasks of more than 50 ms: their number, and their total duration in ms. */
  readonly longTasks: number;
  readonly longMs: number;
  /** Frames that were drawn. */
  readonly frames: number;
}

/** Prepares and warms up a reading of `chunks` chunks. The returned function runs and measures it. */
export async function prepare({ implementation, chunks, warm, ...pace }: BrowserRequest) {
  Object.assign(pacing, pace);
  const make = react[implementation]!;
  checkLength(implementation, warm, await make(warm)());
  const read = make(chunks);
  return async (): Promise<PageCost> => {
    commits.count = 0;
    const long: number[] = [];
    const note = (list: readonly PerformanceEntry[]) => {
      for (const { duration } of list) long.push(duration);
    };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: "longtask" });
    let frames = 0;
    let frame = requestAnimationFrame(function count() {
      frames++;
      frame = requestAnimationFrame(count);
    });
    const start = performance.now();
    const length = await read();
    const elapsed = performance.now() - start;
    cancelAnimationFrame(frame);
    checkLength(implementation, chunks, length);
    // The observer reports the task that has just ended a moment later.
    await new Promise((resolve) => setTimeout(resolve, 100));
    note(observer.takeRecords());
    observer.disconnect();
    const longMs = long.reduce((sum, one) => sum + one, 0);
    return { elapsed, commits: commits.count, longTasks: long.length, longMs, frames };
  };
}

Object.assign(globalThis, { prepare });
