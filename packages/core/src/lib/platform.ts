import type { Platform } from "./types.ts";

// requestAnimationFrame does not run in a hidden tab, so a timer runs beside it.
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
    const animation: Partial<AnimationFrameProvider> = globalThis;
    const end = () => {
      clearTimeout(timer);
      animation.cancelAnimationFrame?.(frame!);
    };
    const fire = () => {
      end();
      run();
    };
    const timer = setTimeout(fire, animation.requestAnimationFrame ? SLOW_FRAME : FRAME);
    const frame = animation.requestAnimationFrame?.(fire);
    return end;
  },
  hidden: () => !!globalThis.document?.hidden,
  onWake(run) {
    const events = new AbortController();
    const on = (target: EventTarget | undefined, type: string, when: (event: Event) => boolean) =>
      target?.addEventListener?.(type, (event) => when(event) && run(), { signal: events.signal });
    on(globalThis.document, "visibilitychange", () => !document.hidden);
    on(globalThis.window, "online", () => true);
    on(globalThis.window, "pageshow", (event) => (event as PageTransitionEvent).persisted);
    return () => events.abort();
  },
  random: Math.random,
};
