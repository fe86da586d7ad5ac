import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "@twinstream/server";
import type { Random } from "../util/random.ts";

type Append = Parameters<Store["append"]>[1];

/** The probability of each fault, per call. */
const RATE = 0.05;
/** The longest delay of an append that arrives a second time, in ms. */
const LATE = 800;

/**
 * Returns the same store over a lossy network: a request never arrives, an answer is lost though the
 * store carried the request out, or an append arrives a second time, late, from a connection that was
 * given up. It must be safe to ask the store again, and the late append must change nothing.
 */
export function flakyStore(store: Store, random: Random): Store {
  const over = async <T>(carryOut: () => Promise<T>): Promise<T> => {
    if (random.chance(RATE)) throw new Error("The request to the store was lost");
    const result = await carryOut();
    if (random.chance(RATE)) throw new Error("The store's answer was lost");
    return result;
  };
  return {
    create: (id, stream) => store.create(id, stream),
    claim: (id, claim) => over(() => store.claim(id, claim)),
    renew: (id, token, leaseMs) => over(() => store.renew(id, token, leaseMs)),
    append: (id, append) => {
      if (random.chance(RATE)) void again(store, id, append, random.int(0, LATE));
      return over(() => store.append(id, append));
    },
    read: (id, offset, maxBytes) => over(() => store.read(id, offset, maxBytes)),
    status: (id) => over(() => store.status(id)),
    stop: (id) => over(() => store.stop(id)),
    delete: (id) => store.delete(id),
    isDeleted: (id) => over(() => store.isDeleted(id)),
    sweep: (retainMs) => store.sweep(retainMs),
    watch: (id, wake) => store.watch(id, wake),
    close: () => store.close(),
  };
}

async function again(store: Store, id: string, append: Append, ms: number): Promise<void> {
  const late = { ...append, bytes: append.bytes.slice() };
  await sleep(ms, undefined, { ref: false });
  await store.append(id, late).catch(() => {});
}
