// Tokens that come faster than screens are drawn share a chunk.
const TICK_MS = 8;

let waiting: (() => void)[] = [];

/**
 * Calls `run` some 8 ms from now, together with all that wait: one timer for all streams of the
 * process, so that a token costs neither a timer nor a chunk of its own.
 */
export function onTick(run: () => void): void {
  waiting.push(run);
  if (waiting.length === 1) setTimeout(tick, TICK_MS);
}

function tick(): void {
  const runs = waiting;
  waiting = [];
  for (const run of runs) run();
}
