const LIMIT = 2 ** 48;

/**
 * A claim's epoch. By chance and not by count, so that a stream that was deleted and made again
 * never has the epoch of the one before, whose producer may still be at work.
 */
export function newEpoch(): number {
  return 1 + Math.floor(Math.random() * (LIMIT - 1));
}
