import type { Change, LeaseResult, Store, StreamRecord } from "../../options/store.ts";
import { cutOnCharacter } from "../../util/utf8.ts";
import { newEpoch } from "../shared/epoch.ts";
import { KeptLink } from "../shared/reconnecting-link.ts";
import { createWatchers } from "../shared/watchers.ts";
import { scripts } from "./scripts.ts";
import { callsOf, type RedisClient, type Script } from "./shape.ts";
import { subscribe } from "./subscribe.ts";
import { sweepIndex } from "./sweep.ts";

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /** What keys and channels begin with. Default `"twinstream:"`. */
  readonly prefix?: string;
  /**
   * How long Redis keeps a stream that has ended, in ms, also where no server is left to sweep.
   * Default: until it is swept or deleted.
   */
  readonly expireMs?: number;
}

/**
 * Keeps streams in Redis (6 or newer, or Valkey; one server or a cluster), for any number of server
 * processes. The client, of npm's `redis` or `ioredis`, stays the caller's, and is to be connected;
 * for notifications one more connection is made from it.
 *
 * @example
 * import { createClient } from "redis";
 * const store = redisStore(await createClient({ url: process.env.REDIS_URL }).connect());
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): Store {
  const { prefix = "twinstream:", expireMs = 0 } = options;
  if (!Number.isFinite(expireMs) || expireMs < 0) {
    throw new RangeError(`redisStore: expireMs is ${expireMs}, and must be 0 or more milliseconds`);
  }
  const calls = callsOf(client);
  const watchers = createWatchers();
  // Own changes are told at once; what Redis publishes of them is passed over.
  const origin = crypto.randomUUID().slice(0, 8);
  const expire = `${Math.ceil(expireMs)}`;
  const index = `${prefix}index`;
  // The braces put both keys of a stream into one slot of a cluster.
  const keyOf = (id: string) => `${prefix}{${id}}`;
  const idOf = (channel: string) => channel.slice(prefix.length + 1, -1);

  const link = new KeptLink({
    open: (broken) =>
      subscribe(calls, {
        ids: watchers.ids,
        channelOf: keyOf,
        told(channel, message) {
          const [from, change] = message.split(" ");
          if (from !== origin) watchers.wake(idOf(channel), change === "text" ? "text" : "control");
        },
        doubt: watchers.wakeAll,
        broken,
      }),
    onReconnect: watchers.wakeAll,
  });

  function run(script: Script, id: string, ...args: (string | number | Uint8Array)[]) {
    const key = keyOf(id);
    return calls.run(
      script,
      [key, `${key}:text`],
      [
        origin,
        key,
        expire,
        ...args.map((arg) => (arg instanceof Uint8Array ? bufferOf(arg) : `${arg}`)),
      ],
    );
  }

  /** Runs a script that changes the stream, and tells who watches it here. */
  async function change(kind: Change, ...call: Parameters<typeof run>) {
    try {
      return await run(...call);
    } finally {
      // Also where it failed: it may have been carried out, and only its answer lost.
      watchers.wake(call[1], kind);
    }
  }

  const record = async (reply: Promise<unknown>) => recordOf(await reply);

  return {
    async create(id, pendingMs) {
      const [, created] = await Promise.all([
        calls.run(scripts.enlist, [index], [id]),
        run(scripts.create, id, pendingMs),
      ]);
      return created === 1;
    },

    async claim(id, leaseMs) {
      const epoch = newEpoch();
      const reply = await change("text", scripts.claim, id, epoch, leaseMs);
      if (Array.isArray(reply) && `${reply[0]}` === "claimed") return { claimed: true, epoch };
      const found = recordOf(reply);
      return found && { claimed: false, record: found };
    },

    async append(id, { epoch, offset, bytes, leaseMs, close }) {
      const ended = [close?.status ?? "", close?.error ?? ""];
      return holdOf(
        await change("text", scripts.append, id, epoch, offset, leaseMs, bytes, ...ended),
      );
    },

    async renew(id, epoch, leaseMs) {
      return holdOf(await run(scripts.renew, id, epoch, leaseMs));
    },

    async read(id, offset, maxBytes) {
      // Three bytes more tell where the last whole character ends.
      const last = Math.min(offset + maxBytes + 2, Number.MAX_SAFE_INTEGER);
      const reply = await run(scripts.read, id, offset, last);
      const found = recordOf(reply);
      if (!found) return undefined;
      const [, , , bytes] = reply as [unknown, unknown, unknown, Uint8Array];
      return { ...found, bytes: cutOnCharacter(bytes, 0, maxBytes) };
    },

    status: (id) => record(run(scripts.status, id)),
    stop: (id) => record(change("control", scripts.stop, id)),

    async delete(id) {
      return (await change("control", scripts.delete, id)) === 1;
    },

    sweep: (retainMs) =>
      sweepIndex(calls, index, retainMs, async (id) => {
        const [touched, next] = (await run(scripts.sweep, id, retainMs)) as [number, Buffer];
        if (touched === 1) watchers.wake(id, "control");
        return { touched: touched === 1, next: `${next}` };
      }),

    async watch(id, wake) {
      const leave = watchers.add(id, wake);
      const end = () => {
        if (leave()) link.current?.unsubscribe(id);
        if (watchers.size === 0) link.idle();
      };
      try {
        await (await link.open()).subscribe(id);
      } catch (error) {
        end();
        throw error;
      }
      return end;
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

function recordOf(reply: unknown): StreamRecord | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [status, length, error] = reply as [Buffer, number, Buffer];
  const record = { status: `${status}` as StreamRecord["status"], length: Number(length) };
  return error.length > 0 ? { ...record, error: `${error}` } : record;
}

function holdOf(reply: unknown): LeaseResult {
  const state = `${reply}`;
  if (state === "gone" || state === "lost") return { state };
  return { state: "ok", stopRequested: state === "stop" };
}
