// What runs in the browser: one reading, and how the page fared meanwhile.
import { feeding } from "../client/feed.ts";
import { commits } from "../client/mount.ts";
import { checkLength } from "../client/plain.ts";
import { react } from "../client/react.ts";
import type { BrowserRequest } from "./browser.ts";

/** What one reading did to the page. */
export interface PageCost {
  readonly elapsed: number;
  readonly commits: number;
  /** Tasks of more than 50 ms: how many, and how long they took together, in ms. */
  readonly longTasks: number;
  readonly longMs: number;
  /** Frames that were drawn. */
  readonly frames: number;
}

/** Prepares a reading of `chunks` chunks, warmed up; the returned function carries it out. */
export async function prepare({ contender, chunks, warm, ...pace }: BrowserRequest) {
  Object.assign(feeding, pace);
  const make = react[contender]!;
  checkLength(contender, warm, await make(warm)());
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
    checkLength(contender, chunks, length);
    // The task that has just ended is told of later.
    await new Promise((resolve) => setTimeout(resolve, 100));
    note(observer.takeRecords());
    observer.disconnect();
    const longMs = long.reduce((sum, one) => sum + one, 0);
    return { elapsed, commits: commits.count, longTasks: long.length, longMs, frames };
  };
}

Object.assign(globalThis, { prepare });
