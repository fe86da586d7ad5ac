import type { Change } from "../../options/store.ts";

type Wake = (change: Change) => void;

/** Who watches which stream in this process. */
export interface Watchers {
  readonly size: number;
  /** The streams that somebody watches. */
  ids(): string[];
  has(id: string): boolean;
  /** Adds a watch; returns the way out, which says whether it was the stream's last. */
  add(id: string, wake: Wake): () => boolean;
  wake(id: string, change: Change): void;
  /** Wakes everyone: changes may have been missed. */
  wakeAll(): void;
  clear(): void;
}

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
      // A function of its own, so that one that is given twice is woken, and leaves, twice.
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
