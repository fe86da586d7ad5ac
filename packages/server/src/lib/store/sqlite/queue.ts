import type { DatabaseSync } from "node:sqlite";

interface Step {
  readonly run: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs write steps of many streams in one transaction for each turn of the event loop. */
export interface WriteQueue {
  /** Runs `step` inside the next transaction; resolves with its result once that is committed. */
  write<T>(step: () => T): Promise<T>;
  /** Commits what is waiting. */
  flush(): void;
}

const SQLITE_BUSY = 5;
const BUSY_RETRY_MS = 10;
const BUSY_LIMIT_MS = 10_000;

/**
 * A transaction costs far more than the statements in it, so steps share one. Another process that
 * holds the database is waited for with the event loop running. `told` hears what came of each transaction.
 */
export function createWriteQueue(
  db: DatabaseSync,
  told: { committed(): void; undone(): void },
): WriteQueue {
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");
  let waiting: Step[] = [];
  let scheduled = false;
  let busySince: number | undefined;

  function flush(): void {
    scheduled = false;
    if (waiting.length === 0) return;
    try {
      begin.run();
    } catch (error) {
      refused(error);
      return;
    }
    busySince = undefined;
    const steps = waiting;
    waiting = [];
    const results: (() => void)[] = [];
    try {
      for (const step of steps) {
        try {
          const value = step.run() as never;
          results.push(() => step.resolve(value));
        } catch (error) {
          // A failed statement has undone itself; some failures (a full disk) undo the transaction.
          if (!db.isTransaction) throw error;
          results.push(() => step.reject(error));
        }
      }
      commit.run();
    } catch (error) {
      if (db.isTransaction) rollback.run();
      told.undone();
      for (const step of steps) step.reject(error);
      return;
    }
    told.committed();
    for (const result of results) result();
  }

  function refused(error: unknown): void {
    const busy = ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;
    busySince ??= performance.now();
    if (busy && performance.now() - busySince < BUSY_LIMIT_MS) {
      scheduled = true;
      setTimeout(flush, BUSY_RETRY_MS * (1 + Math.random()));
      return;
    }
    busySince = undefined;
    const steps = waiting;
    waiting = [];
    for (const step of steps) step.reject(error);
  }

  return {
    write<T>(run: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        waiting.push({ run, resolve, reject });
        if (!scheduled) {
          scheduled = true;
          setImmediate(flush);
        }
      });
    },
    flush,
  };
}
