import type { Change, Store } from "../../options/store.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import { newEpoch } from "../shared/epoch.ts";
import { ReconnectingLink } from "../shared/reconnecting-link.ts";
import { createWatchers } from "../shared/watchers.ts";
import { adaptClient } from "./adapt-client.ts";
import type { RedisClient } from "./client.ts";
import { leaseResultOf, recordOf } from "./replies.ts";
import { type Script, scripts } from "./scripts.ts";
import { subscribe } from "./subscribe.ts";
import { sweepIndex } from "./sweep.ts";

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /** What keys and channels begin with. Default `"twinstream:"`. */
  readonly prefix?: string;
  /**
   * How many milliseconds after its end Redis deletes a stream, even if no server is left to sweep.
   * Default 0: ended streams stay until they are swept or deleted. Negative and infinite values throw.
   */
  readonly expireMs?: number;
}

/**
 * Keeps streams in Redis (6 or newer) or Valkey, on one server or a cluster, for any number of
 * server processes. The client stays yours: connect it first, and end it after `streams.close()`.
 * The store opens one more connection from it (`duplicate()`) for notifications.
 *
 * @param client a client or cluster of npm's `redis` (5 or newer) or `ioredis` (5 or newer)
 * @param options the prefix of the keys, and how long Redis keeps ended streams
 * @returns a store for `createStreamServer`
 * @throws TypeError if the client is of neither package; RangeError if `expireMs` is invalid
 * @example
 * import { createClient } from "redis";
 * const store = redisStore(await createClient({ url: process.env.REDIS_URL }).connect());
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): Store {
  const { prefix = "twinstream:", expireMs = 0 } = options;
  if (!Number.isFinite(expireMs) || expireMs < 0) {
    throw new RangeError(
      `redisStore: \`expireMs\` is ${expireMs}, but must be a finite number of milliseconds, 0 or more.`,
    );
  }
  const redis = adaptClient(client);
  const watchers = createWatchers();
  // This store's own changes wake its watchers at once; Redis' messages about them are ignored.
  const origin = crypto.randomUUID().slice(0, 8);
  const expire = `${Math.ceil(expireMs)}`;
  const index = `${prefix}index`;
  // The braces are a hash tag: they put both keys of a stream into one slot of a cluster.
  // https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
  const keyOf = (id: string) => `${prefix}{${id}}`;
  const idOf = (channel: string) => channel.slice(prefix.length + 1, -1);

  const link = new ReconnectingLink({
    open: (broken) =>
      subscribe(redis, {
        ids: watchers.ids,
        channelOf: keyOf,
        onMessage(channel, message) {
          const [from, change] = message.split(" ");
          if (from !== origin) watchers.wake(idOf(channel), change === "text" ? "text" : "control");
        },
        onDoubt: watchers.wakeAll,
        broken,
      }),
    onReconnect: watchers.wakeAll,
  });

  function run(script: Script, id: string, ...args: (string | number | Uint8Array)[]) {
    const key = keyOf(id);
    const values = args.map((arg) => (arg instanceof Uint8Array ? bufferOf(arg) : `${arg}`));
    return redis.run(script, [key, `${key}:text`], [origin, key, expire, ...values]);
  }

  /** Runs a script that changes the stream, and wakes its watchers in this process. */
  async function change(type: Change, ...call: Parameters<typeof run>) {
    try {
      return await run(...call);
    } finally {
      // Even if it failed: the script may have run, and only its answer was lost.
      watchers.wake(call[1], type);
    }
  }

  return {
    async create(id, pendingMs) {
      const [, created] = await Promise.all([
        redis.run(scripts.enlist, [index], [id]),
        run(scripts.create, id, pendingMs),
      ]);
      return created === 1;
    },

    async claim(id, leaseMs) {
      const epoch = newEpoch();
      const reply = await change("text", scripts.claim, id, epoch, leaseMs);
      if (Array.isArray(reply) && `${reply[0]}` === "claimed") return { claimed: true, epoch };
      const record = recordOf(reply);
      return record && { claimed: false, record };
    },

    async append(id, { epoch, offset, bytes, leaseMs, close }) {
      const end = [close?.status ?? "", close?.error ?? ""];
      return leaseResultOf(
        await change("text", scripts.append, id, epoch, offset, leaseMs, bytes, ...end),
      );
    },

    async renew(id, epoch, leaseMs) {
      return leaseResultOf(await run(scripts.renew, id, epoch, leaseMs));
    },

    async read(id, offset, maxBytes) {
      // Three bytes more show where the last whole character ends. (The last byte is inclusive.)
      const last = Math.min(offset + maxBytes + 2, Number.MAX_SAFE_INTEGER);
      const reply = await run(scripts.read, id, offset, last);
      const record = recordOf(reply);
      if (!record) return undefined;
      const [, , , bytes] = reply as [unknown, unknown, unknown, Uint8Array];
      return { ...record, bytes: cutOnCharacter(bytes, 0, maxBytes) };
    },

    async status(id) {
      return recordOf(await run(scripts.status, id));
    },

    async stop(id) {
      return recordOf(await change("control", scripts.stop, id));
    },

    async delete(id) {
      return (await change("control", scripts.delete, id)) === 1;
    },

    sweep: (retainMs) =>
      sweepIndex(redis, index, retainMs, async (id) => {
        const [touched, next] = (await run(scripts.sweep, id, retainMs)) as [number, Buffer];
        if (touched === 1) watchers.wake(id, "control");
        return { touched: touched === 1, next: `${next}` };
      }),

    async watch(id, wake) {
      const remove = watchers.add(id, wake);
      const unwatch = () => {
        if (remove()) link.current?.unsubscribe(id);
        if (watchers.size === 0) link.idle();
      };
      try {
        await (await link.open()).subscribe(id);
      } catch (error) {
        unwatch();
        throw error;
      }
      return unwatch;
    },

    async close() {
      watchers.clear();
      await link.close();
    },
  };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
