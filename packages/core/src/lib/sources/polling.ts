import { FROM_1, type Rules } from "../options/check.ts";
import type { SourceRequest } from "../types.ts";
import { pause } from "./pause.ts";

/** How often a polling source asks. */
export interface PollOptions {
  /** Milliseconds to wait after an answer with news: 1 or more. Default: 1,000. */
  readonly intervalMs?: number;
  /**
   * The longest wait, in milliseconds. The wait grows up to it while nothing changes, and jumps to
   * it while the page is hidden: 1 or more. Default: 10 × `intervalMs`.
   */
  readonly maxIntervalMs?: number;
}

/** The result of one poll. */
export interface PollResult {
  /** The answer had news: more text, or another status. */
  readonly changed: boolean;
  /** The stream has ended: stop polling. */
  readonly ended: boolean;
}

const DEFAULT_INTERVAL_MS = 1000;
const MAX_INTERVAL_FACTOR = 10;
/** Each poll without news makes the wait longer by this factor. */
const GROWTH = 1.5;

/**
 * Polls until the stream ends or the reader leaves: soon after a change, later and later without one.
 * @param request the attempt's request
 * @param options the intervals
 * @param ask sends one request
 */
export async function pollUntilEnd(
  request: SourceRequest,
  options: PollOptions,
  ask: () => Promise<PollResult>,
): Promise<void> {
  const { intervalMs = DEFAULT_INTERVAL_MS } = options;
  const { maxIntervalMs = intervalMs * MAX_INTERVAL_FACTOR } = options;
  let delay = intervalMs;
  for (;;) {
    // An answer that stalls is a broken connection; the silence until the next request is not.
    request.alive();
    const { changed, ended } = await ask();
    if (ended || request.signal.aborted) return;
    request.alive(false);
    delay = changed ? intervalMs : Math.min(maxIntervalMs, delay * GROWTH);
    await pause(request, request.platform.hidden() ? maxIntervalMs : delay);
    if (request.signal.aborted) return;
  }
}

/** The rules of the options; a poll without a pause would be a loop. */
export const POLL_OPTIONS = {
  intervalMs: FROM_1,
  maxIntervalMs: FROM_1,
} satisfies Rules<keyof PollOptions>;
