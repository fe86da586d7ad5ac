// A loop of appends that waits for nothing else must let timers and sockets have a turn this often.
const TURN_MS = 10;

/** Runs `fn` in the event loop's next turn. */
export const soon: (fn: () => void) => void =
  typeof setImmediate === "function" ? setImmediate : (fn) => setTimeout(fn, 0);

// When this turn of the event loop began, as far as was seen; one for all streams of the process.
let turnBegan: number | undefined;

/** A promise of the event loop's next turn, where this one has lasted long; undefined otherwise. */
export function breath(now: number): Promise<void> | undefined {
  if (turnBegan === undefined) {
    turnBegan = now;
    soon(() => {
      turnBegan = undefined;
    });
  }
  return now - turnBegan < TURN_MS ? undefined : new Promise((resolve) => soon(resolve));
}
