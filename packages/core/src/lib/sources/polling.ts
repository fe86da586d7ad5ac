import type { SourceRequest } from "../types.ts";
import { pause } from "./pause.ts";

/** How often a polling source asks. */
export interface PollOptions {
  /** Milliseconds to wait after an answer with news. Must be greater than 0. Default: 1,000. */
  readonly intervalMs?: number;
  /**
   * The longest wait, in milliseconds. The wait grows up to it while nothing changes, and jumps to
   * it while the page is hidden. Must be greater than 0. Default: 10 × `intervalMs`.
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

/**
 * Rejects intervals that would poll without a pause.
 * @param options the options to check
 * @param source the name of the source, for the message
 * @throws {TypeError} if an interval is not a number greater than 0
 */
export function checkPollOptions(options: PollOptions, source: string): void {
  for (const name of ["intervalMs", "maxIntervalMs"] as const) {
    const value = options[name];
    if (value !== undefined && !(value > 0)) {
      throw new TypeError(
        `${source}: \`${name}\` is ${value}, but must be a number of milliseconds greater than 0.`,
      );
    }
  }
}
