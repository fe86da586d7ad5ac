import type { Authorize } from "./authorize.ts";

/**
 * Returns an `authorize` for which knowing a stream's id is permission enough. Ids are unguessable
 * (128 random bits), so the id is the right to read, drive, stop and delete its stream. Anyone may
 * create streams, with any tags.
 * @returns an `authorize` that allows every request
 * @example createStreamServer({ store, generate, authorize: anyoneWithId() })
 */
export function anyoneWithId(): Authorize {
  return () => true;
}
