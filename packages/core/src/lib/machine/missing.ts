import type { StreamError } from "../errors.ts";

/** For how long a stream that is not there yet is looked for, in ms. */
const MISSING_MS = 10_000;

/**
 * Remembers since when a stream has been looked for that is not there.
 * @returns what says of a failure whether it is early: a 404, within 10 s of the first one
 */
export function createEarly(now: () => number): (error: StreamError) => boolean {
  let since: number | undefined;
  return ({ httpStatus }) => {
    if (httpStatus !== 404) return false;
    since ??= now();
    return now() - since < MISSING_MS;
  };
}
