import type { Store } from "../options/store.ts";
import { timeout } from "../util/timeout.ts";

// The errors that a store has thrown: they reach the application as they are, and requests as a 503.
const failures = new WeakSet<object>();

// What no waiting mends: statements, rights and passwords that are wrong, by the names that Postgres
// (classes of SQLSTATE) and Redis have for them.
const LASTING_CODE = /^(22|23|28|3D|42)\w{3}$/;
const LASTING_MESSAGE = /^(ERR (?!max )|NOAUTH|NOPERM|WRONGPASS|WRONGTYPE)/;

/** The store has not answered in time. */
class StoreTimeout extends Error {
  override readonly name = "StoreTimeout";
}

/** Whether `error` is a store's, and of a kind that passes: asking again may help. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error) || !failures.has(error)) return false;
  if (error instanceof TypeError || error instanceof RangeError) return false;
  const { code } = error as { code?: unknown };
  return !LASTING_CODE.test(String(code)) && !LASTING_MESSAGE.test(error.message);
}

/** Rejects where a step of the store takes longer than `ms`; the step goes on. */
export function inTime<T>(ms: number, step: Promise<T>): Promise<T> {
  return timeout(ms, step, () => {
    const error = new StoreTimeout(`The store has not answered for ${ms} ms`);
    failures.add(error);
    throw error;
  });
}

async function known<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (typeof error === "object" && error !== null) failures.add(error);
    throw error;
  }
}

/**
 * `store` as requests ask it: what it throws is known as its failure, and nothing but a claim, and
 * what producers do by themselves, takes longer than `ms`.
 */
export function guardStore(store: Store, ms: number): Store {
  const guard = <T>(step: Promise<T>) => inTime(ms, known(step));
  return {
    create: (id, pendingMs) => guard(store.create(id, pendingMs)),
    claim: (id, leaseMs) => known(store.claim(id, leaseMs)),
    append: (id, append) => store.append(id, append),
    renew: (id, epoch, leaseMs) => store.renew(id, epoch, leaseMs),
    read: (id, offset, maxBytes) => guard(store.read(id, offset, maxBytes)),
    status: (id) => guard(store.status(id)),
    stop: (id) => guard(store.stop(id)),
    delete: (id) => guard(store.delete(id)),
    sweep: (retainMs) => store.sweep(retainMs),
    async watch(id, wake) {
      const watching = known(store.watch(id, wake));
      let late = true;
      try {
        const unwatch = await inTime(ms, watching);
        late = false;
        return unwatch;
      } finally {
        if (late) {
          watching.then(
            (unwatch) => unwatch(),
            () => {},
          );
        }
      }
    },
    close: () => guard(store.close()),
  };
}
