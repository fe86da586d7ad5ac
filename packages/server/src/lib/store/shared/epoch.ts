const LIMIT = 2 ** 48;

/**
 * Makes the epoch of a claim. It is random and not a count: a stream that was deleted and created
 * again must never have the epoch of the one before, whose producer may still be at work.
 */
export function newEpoch(): number {
  return 1 + Math.floor(Math.random() * (LIMIT - 1));
}
