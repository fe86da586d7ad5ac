import { StreamError } from "../errors.ts";
import type { StreamRequest } from "../types.ts";

/** One thing that is open: a request that is being made, answered or read. */
export interface Attempt extends StreamRequest {
  /** False once it was closed: what it reports from then on is of no account. */
  current: boolean;
  /** It was not answered yet. */
  unheard: boolean;
  /** A question is being asked beside it. */
  probing?: boolean;
  /** For how many ticks it has lived. */
  age: number;
  /** For how many ticks nothing came, where something is due. */
  quiet?: number;
  shut(): void;
}

// Silence is looked for in steps, every 3 s by default, so that a chunk costs no timer of its own.
export const STEPS = 15;

/**
 * Opens an attempt, and watches over it: `silent` is called where its connection died, `late` at
 * each tick as long as it was not answered.
 */
export function openAttempt(
  base: Omit<StreamRequest, "signal" | "alive"> & { readonly silence: number },
  silent: (error: StreamError) => void,
  late: () => void,
): Attempt {
  const { platform, silence } = base;
  const control = new AbortController();
  let timer: () => void;

  const tick = () => {
    timer = platform.after(silence / STEPS, () => {
      tick();
      attempt.age++;
      // Where nothing is due, the count is NaN, which is never too much.
      if (++attempt.quiet! > STEPS) {
        silent(new StreamError("network", `${silence} ms of silence.`));
      } else if (attempt.unheard) late();
    });
  };
  tick();

  const attempt: Attempt = {
    ...base,
    signal: control.signal,
    current: true,
    unheard: true,
    age: 0,
    alive(expecting = true) {
      attempt.quiet = expecting ? 0 : undefined;
    },
    shut() {
      attempt.current = false;
      timer();
      control.abort();
    },
  };
  return attempt;
}
