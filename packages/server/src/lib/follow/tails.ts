import { TooManyFollowers } from "../errors.ts";
import type { Limits } from "../options/limits.ts";
import type { Store } from "../options/store.ts";
import { createFairNotifier } from "./fair-notifier.ts";
import { Tail } from "./tail.ts";

export interface TailsOptions {
  readonly store: Store;
  readonly limits: Pick<Limits, "followers" | "followersPerStream">;
  /** Time between two looks at a followed stream without a wake-up, in ms. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** The tails of this process: one for each stream that has followers. */
export interface Tails {
  /**
   * Joins a stream's tail.
   * @returns the tail, and a function to call once when the follower leaves
   * @throws NotFound if there is no such stream
   * @throws TooManyFollowers if the stream or this process has as many as `limits` allows
   */
  join(id: string): Promise<{ tail: Tail; leave: () => void }>;
  /** Ends every tail. Followers are sent away, and come back elsewhere. */
  close(): void;
  /** How many follow now. */
  readonly followers: number;
}

interface Entry {
  readonly tail: Tail;
  followers: number;
}

export function createTails(options: TailsOptions): Tails {
  const { limits } = options;
  const entries = new Map<string, Entry>();
  const notifier = createFairNotifier();
  let followers = 0;

  function open(id: string): Entry {
    const tail = new Tail(id, { ...options, notifier, onShut: () => entries.delete(id) });
    const entry = { tail, followers: 0 };
    entries.set(id, entry);
    return entry;
  }

  return {
    get followers() {
      return followers;
    },
    async join(id) {
      const existing = entries.get(id);
      const ofStream = existing?.followers ?? 0;
      if (followers >= limits.followers || ofStream >= limits.followersPerStream) {
        throw new TooManyFollowers();
      }
      const entry = existing ?? open(id);
      const { tail } = entry;
      entry.followers++;
      followers++;
      let left = false;
      const leave = () => {
        if (left) return;
        left = true;
        followers--;
        if (--entry.followers === 0) tail.shut();
      };
      try {
        await tail.opened;
      } catch (error) {
        leave();
        throw error;
      }
      return { tail, leave };
    },
    close() {
      for (const { tail } of [...entries.values()]) tail.shut();
    },
  };
}
