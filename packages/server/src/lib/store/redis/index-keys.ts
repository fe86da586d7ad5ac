import type { RedisAdapter } from "./adapter.ts";
import { indexScripts } from "./index-scripts.ts";

/** The layout of keys that this release writes. Releases before the first number had layout 1. */
const SCHEMA = 2;

/** The keys that stand beside the streams: in a cluster each has a slot of its own. */
export interface Index {
  /** The key of all streams, for the sweep. */
  readonly key: string;
  /**
   * Resolves once the layout is known; the first call asks for it.
   * @throws Error if a newer release has written it
   */
  ready(): Promise<void>;
  /** Enters a stream, before it is made: a sweep finds what a crash has left. */
  enlist(id: string, creation: Creation): Promise<void>;
  /** Removes a stream that was deleted, or was not made, from its tags. */
  untag(id: string, creation: Creation): Promise<unknown>;
}

/** What a stream is made with. */
export interface Creation {
  readonly tags: readonly string[];
  /**
   * A word of its own. A tag has the ids with it, so that the end of a stream cannot remove a later one of
   * the same id.
   */
  readonly made: string;
}

export function createIndex(redis: RedisAdapter, prefix: string): Index {
  const key = `${prefix}index`;
  let known: Promise<void> | undefined;
  const tagKey = (tag: string) => `${prefix}tag:${tag}`;

  async function checkSchema() {
    const found = Number(await redis.run(indexScripts.schema, [`${prefix}schema`], [`${SCHEMA}`]));
    if (found <= SCHEMA) return;
    throw new Error(
      `redisStore: the keys of "${prefix}" have layout ${found}, but this release of @twinstream/server knows layouts up to ${SCHEMA}. Update @twinstream/server.`,
    );
  }

  function ready() {
    known ??= checkSchema().catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  return {
    key,
    ready,
    async enlist(id, { tags, made }) {
      await ready();
      await Promise.all([
        redis.run(indexScripts.enlist, [key], [id]),
        ...tags.map((tag) => redis.run(indexScripts.tag, [tagKey(tag)], [`${made} ${id}`])),
      ]);
    },
    untag: (id, { tags, made }) =>
      Promise.all(
        tags.map((tag) => redis.run(indexScripts.untag, [tagKey(tag)], [`${made} ${id}`])),
      ),
  };
}
