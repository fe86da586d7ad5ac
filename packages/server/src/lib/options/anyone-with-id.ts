import type { Authorize } from "./options.ts";

/**
 * An `authorize` for "whoever has the id": ids are unguessable, so that knowing one is the right to
 * read, drive, stop and delete its stream. Anybody may create streams.
 * @example createStreamServer({ store, generate, authorize: capability() })
 */
export function capability(): Authorize {
  return () => true;
}
