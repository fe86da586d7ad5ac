import type { Change } from "../../options/store.ts";

type Wake = (change: Change) => void;

/** The watches of this process, by stream. */
export interface Watchers {
  /** How many streams are watched. */
  readonly size: number;
  /** The ids of the watched streams. */
  ids(): string[];
  has(id: string): boolean;
  /** Adds a watch. Returns a function that removes it, and returns whether it was the stream's last. */
  add(id: string, wake: Wake): () => boolean;
  /** Wakes the watches of one stream. */
  wake(id: string, change: Change): void;
  /** Wakes every watch with `control`, because changes may have been missed. */
  wakeAll(): void;
  clear(): void;
}

/** Makes an empty set of watches. */
export function createWatchers(): Watchers {
  const wakes = new Map<string, Set<Wake>>();
  const wake = (id: string, change: Change) => {
    for (const each of [...(wakes.get(id) ?? [])]) each(change);
  };
  return {
    get size() {
      return wakes.size;
    },
    ids: () => [...wakes.keys()],
    has: (id) => wakes.has(id),
    add(id, given) {
      // Wrapped, so that a function that watches twice is woken, and removed, twice.
      const each: Wake = (change) => given(change);
      const set = wakes.get(id) ?? new Set();
      wakes.set(id, set.add(each));
      return () => {
        if (!set.delete(each) || set.size > 0 || wakes.get(id) !== set) return false;
        return wakes.delete(id);
      };
    },
    wake,
    wakeAll() {
      for (const id of [...wakes.keys()]) wake(id, "control");
    },
    clear: () => wakes.clear(),
  };
}
