import { soon } from "./event-loop.ts";

// Tokens that come faster than screens are drawn share a chunk.
const TICK_MS = 8;
// A busy process rests for so many times as long as the last tick took, but ticks this often.
const REST = 3;
const MAX_TICK_MS = 50;

let waiting: (() => void)[] = [];
let scheduled = false;

/**
 * Calls `run` some 8 ms from now, together with all that wait: one timer for all streams of the
 * process, so that a token costs neither a timer nor a chunk of its own. Where ticks take so long
 * that little time is left for anything else, they come less often: chunks get bigger.
 */
export function onTick(run: () => void): void {
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
  // By then, the chunks that came of it are written.
  soon(() => {
    scheduled = false;
    if (waiting.length === 0) return;
    const took = performance.now() - began;
    schedule(Math.max(TICK_MS - took, Math.min(REST * took, MAX_TICK_MS)));
  });
}
