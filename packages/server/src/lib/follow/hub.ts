import type { Change, Store } from "../options/store.ts";

type Wake = (change: Change) => void;

/** One store watch a stream, however many in this process want to know. */
export interface Hub {
  /** As `Store.watch`. */
  watch(id: string, wake: Wake): Promise<() => void>;
}

interface Entry {
  readonly wakes: Set<Wake>;
  readonly watching: Promise<() => void>;
}

/** Shares the watches of `store`. */
export function createHub(store: Store): Hub {
  const entries = new Map<string, Entry>();

  function open(id: string): Entry {
    const wakes = new Set<Wake>();
    const watching = store.watch(id, (change) => {
      for (const wake of [...wakes]) wake(change);
    });
    const entry = { wakes, watching };
    entries.set(id, entry);
    watching.catch(() => {
      if (entries.get(id) === entry) entries.delete(id);
    });
    return entry;
  }

  return {
    async watch(id, wake) {
      const entry = entries.get(id) ?? open(id);
      entry.wakes.add(wake);
      const unwatch = await entry.watching;
      return () => {
        if (!entry.wakes.delete(wake) || entry.wakes.size > 0) return;
        if (entries.get(id) === entry) entries.delete(id);
        unwatch();
      };
    },
  };
}
