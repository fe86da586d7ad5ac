import { StoreTimeout } from "../errors.ts";
import type { Store } from "../options/store.ts";
import { timeout } from "../util/timeout.ts";
import { asStoreError, storeStep } from "./store-errors.ts";

/**
 * Waits for a step of the store, but no longer than `ms`. The step itself goes on.
 * @throws StoreTimeout, which counts as the store's error, if the time is over
 */
export function inTime<T>(ms: number, step: Promise<T>): Promise<T> {
  return timeout(ms, step, () => {
    throw asStoreError(new StoreTimeout(ms));
  });
}

/**
 * Wraps a store for requests: each step that a request waits for takes `ms` at most, and its errors
 * are remembered as the store's. A claim has no time limit, because a late one must be generated all
 * the same; nor have the steps that producers and the sweep take by themselves.
 * @throws StoreTimeout from its methods if the time is over
 */
export function withStoreTimeout(store: Store, ms: number): Store {
  const step = <T>(promise: Promise<T>) => inTime(ms, storeStep(promise));
  return {
    create: (id, stream) => step(store.create(id, stream)),
    claim: (id, claim) => storeStep(store.claim(id, claim)),
    append: (id, append) => store.append(id, append),
    renew: (id, token, leaseMs) => store.renew(id, token, leaseMs),
    read: (id, offset, maxBytes) => step(store.read(id, offset, maxBytes)),
    status: (id) => step(store.status(id)),
    stop: (id) => step(store.stop(id)),
    delete: (id) => step(store.delete(id)),
    isDeleted: (id) => step(store.isDeleted(id)),
    sweep: (retainMs) => store.sweep(retainMs),
    async watch(id, wake) {
      const watching = storeStep(store.watch(id, wake));
      let late = true;
      try {
        const unwatch = await inTime(ms, watching);
        late = false;
        return unwatch;
      } finally {
        // A watch that begins too late ends at once.
        if (late) {
          watching.then(
            (unwatch) => unwatch(),
            () => {},
          );
        }
      }
    },
    close: () => step(store.close()),
  };
}
