import type { DatabaseSync } from "node:sqlite";
import { retry } from "../../util/retry.ts";

interface Step {
  readonly run: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs the write steps of many streams in one transaction per turn of the event loop. */
export interface WriteQueue {
  /** Runs `step` in the next transaction. Resolves with its result once that is committed. */
  write<T>(step: () => T): Promise<T>;
  /** Commits the steps that wait, or rejects them if the database is busy. */
  flush(): void;
}

/** The queue calls these after each transaction. */
export interface TransactionListener {
  committed(): void;
  rolledBack(): void;
}

// https://www.sqlite.org/rescode.html#busy (the low byte of an extended code)
const SQLITE_BUSY = 5;
const BUSY_LIMIT_MS = 10_000;
const BUSY_BACKOFF = { minMs: 10, maxMs: 20 };

/**
 * Makes a write queue. A transaction costs far more than the statements in it, so steps share one.
 * If another process holds the database, the queue waits for up to 10 s with the event loop running.
 */
export function createWriteQueue(db: DatabaseSync, listener: TransactionListener): WriteQueue {
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");
  let waiting: Step[] = [];
  // Whether a transaction will come: it takes every step that waits until then.
  let scheduled = false;

  /** Runs the steps that wait. Throws if no transaction can begin; they wait on then. */
  function transact(): void {
    if (waiting.length > 0) begin.run();
    scheduled = false;
    const steps = take();
    if (steps.length === 0) return;
    const results: (() => void)[] = [];
    try {
      for (const step of steps) {
        try {
          const value = step.run() as never;
          results.push(() => step.resolve(value));
        } catch (error) {
          // A failed statement has undone itself. Some failures (a full disk) undo the transaction.
          if (!db.isTransaction) throw error;
          results.push(() => step.reject(error));
        }
      }
      commit.run();
    } catch (error) {
      if (db.isTransaction) rollback.run();
      listener.rolledBack();
      for (const step of steps) step.reject(error);
      return;
    }
    listener.committed();
    for (const result of results) result();
  }

  async function transactWhenFree(): Promise<void> {
    const since = performance.now();
    const again = (error: unknown) => isBusy(error) && performance.now() - since < BUSY_LIMIT_MS;
    try {
      await retry(async () => transact(), { ...BUSY_BACKOFF, again });
    } catch (error) {
      rejectAll(error);
    }
  }

  function take(): Step[] {
    const steps = waiting;
    waiting = [];
    return steps;
  }

  function rejectAll(error: unknown): void {
    scheduled = false;
    for (const step of take()) step.reject(error);
  }

  return {
    write<T>(run: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        waiting.push({ run, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        setImmediate(transactWhenFree);
      });
    },
    flush() {
      try {
        transact();
      } catch (error) {
        rejectAll(error);
      }
    },
  };
}

function isBusy(error: unknown): boolean {
  const { errcode = 0 } = error as { errcode?: number };
  return errcode % 256 === SQLITE_BUSY;
}
