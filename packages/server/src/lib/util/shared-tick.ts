import { nextTurn } from "./event-loop.ts";

// Tokens that come faster than screens are drawn share a chunk.
const TICK_MS = 8;
// A busy process rests this many times as long as its last tick took.
const REST_FACTOR = 3;
// It never rests longer than this.
const MAX_REST_MS = 50;

let waiting: (() => void)[] = [];
let scheduled = false;

/**
 * Calls `run` in about 8 ms, together with every other `run` that waits. One timer serves all
 * streams of the process, so a token costs neither a timer nor a chunk of its own. If the ticks
 * take most of the process's time, they come less often and the chunks get bigger.
 * @param run must not throw
 */
export function onSharedTick(run: () => void): void {
  waiting.push(run);
  if (!scheduled) schedule(TICK_MS);
}

function schedule(delay: number): void {
  scheduled = true;
  setTimeout(tick, delay);
}

function tick(): void {
  const runs = waiting;
  waiting = [];
  const began = performance.now();
  for (const run of runs) run();
  // By the next turn, the chunks of this tick are written: that time counts too.
  nextTurn(() => {
    scheduled = false;
    if (waiting.length === 0) return;
    const took = performance.now() - began;
    schedule(Math.max(TICK_MS - took, Math.min(REST_FACTOR * took, MAX_REST_MS)));
  });
}
