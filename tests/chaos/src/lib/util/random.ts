/** A source of random decisions. The same seed makes the same decisions on any machine. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Returns an independent source, so that more decisions in one place change none elsewhere. */
  fork(name: string): Random;
}

/** Creates a random source from a whole number, by splitmix32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined)
        throw new Error("pick() got an empty list; give it at least one item");
      return item;
    },
    fork: (name) => {
      let hash = seed >>> 0;
      for (const character of name)
        hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
      return createRandom(hash ^ 0x5bd1e995);
    },
  };
}
