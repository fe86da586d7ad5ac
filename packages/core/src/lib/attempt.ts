import { StreamError } from "./error.ts";
import type { RequestContext } from "./types.ts";

/** One thing that is open: a request that is being made, answered or read. */
export interface Attempt extends RequestContext {
  /** False once it was closed: what it reports from then on is of no account. */
  open: boolean;
  /** It has lived for long, as connections go. */
  old: boolean;
  /** A question is being asked beside it. */
  probing: boolean;
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

/**
 * Opens an attempt, and watches over it: `silent` is called where its connection died, `unheard`
 * as long as it was not answered.
 */
export function openAttempt(
  base: Omit<RequestContext, "signal" | "alive"> & { readonly silence: number },
  silent: (error: StreamError) => void,
  unheard: () => void,
): Attempt {
  const { platform, silence } = base;
  const control = new AbortController();
  let quiet = 0;
  let watching: (() => void) | undefined;
  let listening: () => void;

  function watch() {
    watching = platform.after(silence / STEPS, () => {
      attempt.old = true;
      if (++quiet > STEPS) silent(new StreamError("network", `Silent for ${silence} ms.`));
      else watch();
    });
  }

  function listen() {
    listening = platform.after(UNHEARD, () => {
      listen();
      unheard();
    });
  }

  const attempt: Attempt = {
    ...base,
    signal: control.signal,
    open: true,
    old: false,
    probing: false,
    alive() {
      quiet = 0;
      if (!watching && attempt.open) watch();
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
  listen();
  return attempt;
}
