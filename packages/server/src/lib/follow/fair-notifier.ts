import { nextTurn } from "../util/event-loop.ts";

// Each call is a write to a socket: this many take about a millisecond.
const CALLS_PER_TURN = 64;

/** Notifies readers that there is something to read. */
export interface FairNotifier {
  /** Calls each of `readers`. Those that wait for a call already keep their place. */
  notify(readers: ReadonlySet<() => void>): void;
  /** Drops the call that `reader` waits for, if any: the reader has left. */
  forget(reader: () => void): void;
}

/**
 * Makes a notifier. It calls few readers at once. It calls a crowd in parts, one each turn of the
 * event loop, so that the crowd holds up nothing else; and each reader in its turn: a reader that is
 * called later also receives what came in the meantime. However many read, and however fast text
 * comes, a reader lags by one round at most.
 */
export function createFairNotifier(): FairNotifier {
  const waiting = new Set<() => void>();
  let scheduled = false;

  function turn(): void {
    let count = 0;
    try {
      for (const reader of waiting) {
        if (++count > CALLS_PER_TURN) break;
        waiting.delete(reader);
        reader();
      }
    } finally {
      // Even if a reader threw: the others are called all the same.
      scheduled = waiting.size > 0;
      if (scheduled) nextTurn(turn);
    }
  }

  return {
    notify(readers) {
      if (readers.size <= CALLS_PER_TURN) {
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
