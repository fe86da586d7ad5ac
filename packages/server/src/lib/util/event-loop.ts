// The longest that a loop may keep timers and sockets from their turn.
const MAX_TURN_MS = 10;

/** Runs `fn` in the next turn of the event loop. */
export const nextTurn: (fn: () => void) => void =
  typeof setImmediate === "function" ? setImmediate : (fn) => setTimeout(fn, 0);

// When this turn of the event loop began, as far as we saw it. One for all streams of the process.
let turnBegan: number | undefined;

/**
 * Lets a loop that never waits for anything else give timers and sockets their turn.
 * @param now the time by `performance.now()`
 * @returns a promise of the next turn if this one has lasted 10 ms or longer; undefined otherwise
 * @example await yieldIfBusy(performance.now());
 */
export function yieldIfBusy(now: number): Promise<void> | undefined {
  if (turnBegan === undefined) {
    turnBegan = now;
    nextTurn(() => {
      turnBegan = undefined;
    });
  }
  return now - turnBegan < MAX_TURN_MS ? undefined : new Promise((resolve) => nextTurn(resolve));
}
