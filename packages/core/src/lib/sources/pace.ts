import type { SourceRequest } from "../types.ts";
import { rest } from "./attempt.ts";

/** How often a source asks. */
export interface PollOptions {
  /** How long to wait after an answer that brought something, in ms. Default 1,000. */
  readonly interval?: number;
  /** The longest wait, in ms: reached step by step while nothing changes, and at once while the page is hidden. Default 10 times `interval`. */
  readonly maxInterval?: number;
}

/** What one poll came to. */
export interface Polled {
  /** It brought something new. */
  readonly changed: boolean;
  /** There is nothing more to ask. */
  readonly ended: boolean;
}

const GROWTH = 1.5;

/** Asks until the end: soon again after a change, later and later while there is none. */
export async function poll(
  request: SourceRequest,
  { interval = 1000, maxInterval = interval * 10 }: PollOptions,
  ask: () => Promise<Polled>,
): Promise<void> {
  for (let delay = interval; ; ) {
    // An answer that stalls is a broken connection; the time until the next question is none.
    request.alive();
    const { changed, ended } = await ask();
    if (ended || request.signal.aborted) return;
    request.alive(false);
    delay = changed ? interval : Math.min(maxInterval, delay * GROWTH);
    await rest(request, request.platform.hidden() ? maxInterval : delay);
    if (request.signal.aborted) return;
  }
}

/** Refuses intervals that would ask without a pause. */
export function checkPoll(options: PollOptions, what: string): void {
  for (const key of ["interval", "maxInterval"] as const) {
    const value = options[key];
    if (value !== undefined && !(value > 0)) {
      throw new TypeError(`${what}: \`${key}\` must be a number of ms above 0, not ${value}.`);
    }
  }
}
