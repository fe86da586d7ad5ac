import type { Platform } from "./types.ts";

// requestAnimationFrame does not run in a hidden tab, so a timer runs beside it. In ms.
const SLOW_FRAME = 100;
const FRAME = 16;

/** The runtime's own clock and surroundings: browsers, Node, workers, React Native. */
export const platform: Platform = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  frame(run) {
    let over = false;
    const cancel = () => {
      over = true;
      clearTimeout(timer);
    };
    const fire = () => {
      if (over) return;
      cancel();
      run();
    };
    const frame = globalThis.requestAnimationFrame?.(fire);
    const timer = setTimeout(fire, frame ? SLOW_FRAME : FRAME);
    return cancel;
  },
  hidden: () => !!globalThis.document?.hidden,
  onWake(run) {
    const events = new AbortController();
    for (const type of ["visibilitychange", "online", "pageshow"]) {
      globalThis.addEventListener?.(
        type,
        // A `pageshow` that does not bring the page back from the cache is its first one.
        (event) =>
          !platform.hidden() && (event as PageTransitionEvent).persisted !== false && run(),
        events,
      );
    }
    return () => events.abort();
  },
  random: Math.random,
};
