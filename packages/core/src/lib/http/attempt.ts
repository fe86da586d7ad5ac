import { StreamError } from "../errors.ts";
import type { Platform } from "../types.ts";

/** One thing that is open: a request that is being made, answered or read. */
export interface Attempt {
  /** Aborted when it is closed. */
  readonly signal: AbortSignal;
  /** Reports that bytes came, or (with `false`) that none are due for now. */
  alive(expecting?: boolean): void;
  /** False once it was closed: what it reports from then on is ignored. */
  open: boolean;
  /** The server has answered, or text came: nobody asks about it any more. */
  opened?: boolean;
  /** A question is being asked beside it. */
  probing?: boolean;
  /** For how many ticks nothing came; undefined while nothing is due. */
  quiet?: number;
  close(): void;
}

/**
 * Opens an attempt, and watches over it.
 * @param platform the clock
 * @param idleTimeoutMs milliseconds without a byte after which the connection counts as dead
 * @param silent called if the connection died
 * @param report called with `lasted` once, if it has been open for long; with `wake` at each tick,
 *   until the request is answered
 */
export function openAttempt(
  platform: Platform,
  idleTimeoutMs: number,
  silent: (error: StreamError) => void,
  report: (type: "lasted" | "wake") => void,
): Attempt {
  // Silence is looked for in steps, every 3 s by default, so that a chunk costs no timer of its own.
  const STEPS = 15;
  // Ticks after which a connection has lasted: 12 s by default.
  const LASTING = 4;
  const control = new AbortController();
  let age = 0;
  let stopClock: () => void;

  const tick = () => {
    stopClock = platform.after(idleTimeoutMs / STEPS, () => {
      tick();
      if (++age === LASTING) report("lasted");
      if (attempt.quiet !== undefined && ++attempt.quiet > STEPS) {
        silent(new StreamError("network", `No byte for ${idleTimeoutMs} ms.`));
      } else if (!attempt.opened) report("wake");
    });
  };
  tick();

  const attempt: Attempt = {
    open: true,
    signal: control.signal,
    alive(expecting = true) {
      attempt.quiet = expecting ? 0 : undefined;
    },
    close() {
      attempt.open = false;
      stopClock();
      control.abort();
    },
  };
  return attempt;
}
