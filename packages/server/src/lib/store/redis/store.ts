import type { Change, ClaimResult, Store } from "../../options/store.ts";
import { newId } from "../../util/id.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import { ReconnectingLink } from "../shared/reconnecting-link.ts";
import { createWatchers } from "../shared/watchers.ts";
import { adaptClient } from "./adapt-client.ts";
import type { RedisClient } from "./client.ts";
import { createIndex } from "./index-keys.ts";
import { creationIn, leaseResultOf, recordIn } from "./replies.ts";
import type { Script } from "./script.ts";
import { scripts } from "./scripts.ts";
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
  const index = createIndex(redis, prefix);
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
    const keys = [key, `${key}:text`, `${key}:deleted`];
    return index.ready().then(() => redis.run(script, keys, [origin, key, expire, ...values]));
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
    async create(id, { pendingMs, tags = [] }) {
      const creation = { tags, made: newId() };
      const [, created] = await Promise.all([
        index.enlist(id, creation),
        run(scripts.create, id, pendingMs, jsonOf(tags), creation.made),
      ]);
      if (created !== 1) await index.untag(id, creation);
      return created === 1;
    },

    async claim(id, { token, leaseMs, create }): Promise<ClaimResult | undefined> {
      const creation = create && { tags: create.tags ?? [], made: token };
      const making = creation ? ["create", jsonOf(creation.tags)] : ["", ""];
      const [, reply] = await Promise.all([
        creation && index.enlist(id, creation),
        change("text", scripts.claim, id, token, leaseMs, ...making),
      ]);
      const [state, found, made] = Array.isArray(reply) ? reply : [];
      if (creation && `${made}` !== token) await index.untag(id, creation);
      const record = recordIn(found);
      if (!record) return undefined;
      const { epoch, tags } = record;
      return `${state}` === "claimed" ? { claimed: true, epoch, tags } : { claimed: false, record };
    },

    async append(id, { token, offset, bytes, leaseMs, close }) {
      const { status = "", error = "", errorMessage = "", reason = "" } = close ?? {};
      const end = [status, error, errorMessage, reason];
      return leaseResultOf(
        await change("text", scripts.append, id, token, offset, leaseMs, bytes, ...end),
      );
    },

    async renew(id, token, leaseMs) {
      return leaseResultOf(await run(scripts.renew, id, token, leaseMs));
    },

    async read(id, offset, maxBytes) {
      // Three bytes more show where the last whole character ends. (The last byte is inclusive.)
      const last = Math.min(offset + maxBytes + 2, Number.MAX_SAFE_INTEGER);
      const reply = await run(scripts.read, id, offset, last);
      const [found, bytes] = Array.isArray(reply) ? reply : [];
      const record = recordIn(found);
      if (!record) return undefined;
      return { ...record, bytes: cutOnCharacter(bytes, 0, maxBytes) };
    },

    async status(id) {
      return recordIn(await run(scripts.status, id));
    },

    async stop(id) {
      return recordIn(await change("control", scripts.stop, id));
    },

    async delete(id) {
      const reply = await change("control", scripts.delete, id);
      if (!Array.isArray(reply)) return false;
      await index.untag(id, creationIn(reply));
      return true;
    },

    async isDeleted(id) {
      return (await run(scripts.isDeleted, id)) === 1;
    },

    async sweep(retainMs) {
      await index.ready();
      return sweepIndex(redis, index.key, retainMs, async (id) => {
        const reply = await run(scripts.sweep, id, retainMs);
        const [touched, next, ...creation] = reply as [number, Buffer, Buffer, Buffer];
        if (touched === 1) watchers.wake(id, "control");
        await index.untag(id, creationIn(creation));
        return { touched: touched === 1, next: `${next}` };
      });
    },

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

function jsonOf(tags: readonly string[]): string {
  return tags.length ? JSON.stringify(tags) : "";
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
