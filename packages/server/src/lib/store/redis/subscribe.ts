import type { Link } from "../shared/reconnecting-link.ts";
import type { RedisAdapter } from "./adapter.ts";

export interface SubscribeOptions {
  /** The ids of the streams that are watched now. */
  readonly ids: () => string[];
  readonly channelOf: (id: string) => string;
  readonly onMessage: (channel: string, message: string) => void;
  /** Called if messages may have been missed without any event. */
  readonly onDoubt: () => void;
  readonly broken: () => void;
}

/** A link with one subscription per watched stream. */
export interface Subscriptions extends Link {
  /** Resolves once the stream's messages arrive. */
  subscribe(id: string): Promise<void>;
  unsubscribe(id: string): void;
}

/**
 * Connects, and subscribes to every stream that is watched.
 * @see https://redis.io/docs/latest/develop/pubsub/
 */
export async function subscribe(
  redis: RedisAdapter,
  { ids, channelOf, onMessage, onDoubt, broken }: SubscribeOptions,
): Promise<Subscriptions> {
  const subscriber = await redis.subscriber(onMessage, broken);
  // The last call of each stream. Calls of one stream run one after another, so the last one decides.
  const calls = new Map<string, { on: boolean; done: Promise<unknown> }>();

  function turn(id: string, on: boolean): Promise<unknown> {
    const before = calls.get(id);
    if (before?.on === on) return before.done;
    const channel = channelOf(id);
    const call = () => (on ? subscriber.subscribe(channel) : subscriber.unsubscribe(channel));
    const done = before ? before.done.then(call, call) : call();
    const entry = { on, done };
    calls.set(id, entry);
    const forget = () => {
      if (calls.get(id) === entry) calls.delete(id);
    };
    if (on) done.catch(forget);
    else done.then(forget, forget);
    return done;
  }

  try {
    await Promise.all(ids().map((id) => turn(id, true)));
  } catch (error) {
    subscriber.close();
    throw error;
  }
  return {
    async subscribe(id) {
      await turn(id, true);
    },
    unsubscribe: (id) => void turn(id, false),
    async ping() {
      await subscriber.ping();
      // A cluster's client moves its subscriptions between servers, and has no event for that.
      if (subscriber.silent) onDoubt();
    },
    close: () => subscriber.close(),
  };
}
