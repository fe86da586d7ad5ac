import { StreamError } from "../errors.ts";
import type { StreamRequest } from "../types.ts";

/** What all requests of one stream have in common. */
export type StreamContext = Omit<StreamRequest, "signal" | "alive">;

/** One thing that is open: a request that is being made, answered or read. */
export interface Attempt {
  /** What the driver or the source is given. */
  readonly request: StreamRequest;
  /** False once it was closed: what it reports from then on is ignored. */
  readonly open: boolean;
  /** It has been open for long: when it breaks, that is no failure in a row. */
  readonly lasted: boolean;
  /** The server has answered, or text came: nobody asks about it any more. */
  answered: boolean;
  /** A question is being asked beside it. */
  probing: boolean;
  /** Text came that this connection should have brought: unless more comes, the next tick ends it. */
  suspect(): void;
  close(): void;
}

// Silence is looked for in steps, every 3 s by default, so that a chunk costs no timer of its own.
const STEPS = 15;
// Ticks after which a connection has lasted: 12 s by default.
const LASTING = 4;

/**
 * Opens an attempt, and watches over it.
 * @param context what the request has beside its own signal
 * @param silence milliseconds without a byte after which the connection counts as dead
 * @param silent called if the connection died
 * @param late called at each tick, until the request is answered
 */
export function openAttempt(
  context: StreamContext,
  silence: number,
  silent: (error: StreamError) => void,
  late: () => void,
): Attempt {
  const { platform } = context;
  const control = new AbortController();
  let age = 0;
  /** For how many ticks nothing came; undefined while nothing is due. */
  let quiet: number | undefined;
  let stopClock: () => void;

  const tick = () => {
    stopClock = platform.after(silence / STEPS, () => {
      tick();
      age++;
      if (quiet !== undefined && ++quiet > STEPS) {
        silent(new StreamError("network", `The connection brought no byte for ${silence} ms.`));
      } else if (!attempt.answered) late();
    });
  };
  tick();

  const attempt = {
    request: {
      ...context,
      signal: control.signal,
      alive(expecting = true) {
        quiet = expecting ? 0 : undefined;
      },
    },
    open: true,
    answered: false,
    probing: false,
    get lasted() {
      return age >= LASTING;
    },
    suspect() {
      quiet = STEPS;
    },
    close() {
      attempt.open = false;
      stopClock();
      control.abort();
    },
  };
  return attempt;
}
