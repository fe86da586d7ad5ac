import { AlreadyClaimed, NotFound } from "../errors.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { NewStream, Store, StreamRecord } from "../options/store.ts";
import { withTags } from "../store/new-stream.ts";
import { newId } from "../util/id.ts";
import { ControlWatch } from "./control-watch.ts";
import { Producer } from "./producer/producer.ts";

/** A claimed stream. */
export interface Claimed extends NewStream {
  /** Writes it. */
  readonly producer: Producer;
}

/**
 * Claims a stream.
 * @param create if given, a stream that is not there is made in the same step, unless it was deleted
 * @throws NotFound if there is no such stream
 * @throws AlreadyClaimed if it was claimed before, or has ended
 */
export async function claim(
  options: ResolvedOptions,
  id: string,
  create: NewStream | undefined,
): Promise<Claimed> {
  const { store, leaseMs, limits, flush: policy } = options;
  const onError = (error: unknown) => options.onError(error, id);
  // Watched before it is claimed, so that no stop is missed; a watch that is slow delays no claim.
  const control = new ControlWatch(store, id, onError);
  try {
    const begun = performance.now();
    const token = newId();
    const claimed = await store.claim(id, { token, leaseMs, ...(create && { create }) });
    if (!claimed) throw new NotFound();
    if (!claimed.claimed) throw new AlreadyClaimed(claimed.record);
    const given = { id, store, policy, leaseMs, limits, onError };
    const producer = new Producer(given, token, begun);
    control.listen(() => void producer.renew());
    void producer.finished.then(() => control.end());
    return { producer, ...withTags(claimed.tags) };
  } catch (error) {
    control.end();
    throw error;
  }
}

/**
 * The record of a stream that nobody has claimed.
 * @param creates whether the claim would make a stream that is not there
 * @returns the record; undefined if the stream is still to be made
 * @throws NotFound or AlreadyClaimed, as `claim` would
 */
export async function unclaimed(
  store: Store,
  id: string,
  creates: boolean,
): Promise<StreamRecord | undefined> {
  const record = await store.status(id);
  if (!record) {
    if (creates && !(await store.isDeleted(id))) return undefined;
    throw new NotFound();
  }
  if (record.status !== "pending") throw new AlreadyClaimed(record);
  return record;
}
