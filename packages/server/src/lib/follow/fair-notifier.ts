import { nextTurn } from "../util/event-loop.ts";

// Each is a write to a socket: so many take about a millisecond.
const A_TURN = 64;

/** Tells readers that there is something for them. */
export interface Teller {
  /** Calls each of `readers`; those that are waiting to be called already keep their place. */
  tell(readers: ReadonlySet<() => void>): void;
  /** `reader` has left. */
  forget(reader: () => void): void;
}

/**
 * Few readers are told at once. A crowd is told a part of it each turn of the event loop, so that it
 * holds up nothing else, and each reader in its turn: who is told later takes what came meanwhile
 * too. However many read, and however fast text comes, a reader lags by one round at most.
 */
export function createTeller(): Teller {
  const waiting = new Set<() => void>();
  let scheduled = false;

  function turn(): void {
    let count = 0;
    try {
      for (const reader of waiting) {
        if (++count > A_TURN) break;
        waiting.delete(reader);
        reader();
      }
    } finally {
      // Also where a reader has thrown: the others are told all the same.
      scheduled = waiting.size > 0;
      if (scheduled) nextTurn(turn);
    }
  }

  return {
    tell(readers) {
      if (readers.size <= A_TURN) {
        for (const reader of [...readers]) reader();
        return;
      }
      for (const reader of readers) waiting.add(reader);
      if (scheduled) return;
      scheduled = true;
      nextTurn(turn);
    },
    forget: (reader) => void waiting.delete(reader),
  };
}
