import type { Hub } from "../follow/hub.ts";
import { HttpError, notFound, recordHeaders } from "../http/http-error.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { StreamRecord } from "../options/store.ts";
import { Producer } from "./producer.ts";

/** Claims stream `id`, and makes the producer that it is written by. Throws a 404 or 409. */
export async function claim(settings: ResolvedOptions, hub: Hub, id: string): Promise<Producer> {
  const { store, leaseMs, limits, flush: policy } = settings;
  const onError = (error: unknown) => settings.onError(error, id);
  let producer: Producer | undefined;
  let missed = true;
  // Watched before it is claimed, so that no stop is missed.
  const watching = hub.watch(id, (change) => {
    if (change !== "control") return;
    if (producer) void producer.renew();
    else missed = true;
  });
  watching.then(() => {
    missed = false;
  }, onError);
  const unwatch = () => {
    watching.then(
      (end) => end(),
      () => {},
    );
  };
  const claimedAt = performance.now();
  try {
    const claimed = await store.claim(id, leaseMs);
    if (!claimed) throw notFound();
    if (!claimed.claimed) throw claimedBefore(claimed.record);
    const options = { id, store, policy, leaseMs, limits, onError };
    producer = new Producer(options, claimed.epoch, claimedAt);
  } catch (error) {
    unwatch();
    throw error;
  }
  const made = producer;
  if (missed) {
    watching.then(
      () => void made.renew(),
      () => {},
    );
  }
  void made.finished.then(unwatch);
  return made;
}

/** What is said of a stream that can be driven no more. */
export function claimedBefore(record: StreamRecord): HttpError {
  return new HttpError(
    409,
    "claimed",
    "The stream was driven before: read it instead.",
    recordHeaders(record),
  );
}
