import { StreamError } from "./error.ts";
import type { Platform, RequestContext } from "./types.ts";

/** One thing that is open: a request that is being made, answered or read. */
export interface Attempt {
  readonly request: RequestContext;
  /** False once it was closed: what it reports from then on is of no account. */
  open: boolean;
  /** When it was opened, on the platform's clock. */
  readonly since: number;
  /** There is a sign of life. */
  heard(): void;
  /** The connection may be dead without knowing it: it ends soon, unless something comes. */
  doubt(): void;
  close(): void;
}

// Silence is looked for in steps of a fourth, so that a chunk costs no timer of its own.
const STEPS = 4;
// A request without a sign of life for this long may be held back by a proxy.
const UNHEARD = 3000;

/** Opens an attempt, and watches over it: `silent` where a connection died, `unheard` as long as none has answered. */
export function openAttempt(
  base: Omit<RequestContext, "signal" | "alive">,
  platform: Platform,
  silence: number,
  silent: (error: StreamError) => void,
  unheard: () => void,
): Attempt {
  const control = new AbortController();
  let quiet = 0;
  let watching: (() => void) | undefined;

  function watch() {
    watching = platform.after(silence / STEPS, () => {
      if (++quiet > STEPS) silent(new StreamError("network", `Nothing came for ${silence} ms.`));
      else watch();
    });
  }

  function listen() {
    return platform.after(UNHEARD, () => {
      listening = listen();
      unheard();
    });
  }
  let listening = listen();

  const attempt: Attempt = {
    open: true,
    since: platform.now(),
    request: {
      ...base,
      signal: control.signal,
      alive() {
        quiet = 0;
        if (!watching && attempt.open) watch();
      },
    },
    heard: () => listening(),
    doubt() {
      quiet = STEPS;
    },
    close() {
      attempt.open = false;
      listening();
      watching?.();
      control.abort();
    },
  };
  return attempt;
}
