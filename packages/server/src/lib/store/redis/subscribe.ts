import type { Link } from "../shared/reconnecting-link.ts";
import type { Calls } from "./shape.ts";

export interface SubscribeOptions {
  /** The streams that are watched now. */
  readonly ids: () => string[];
  readonly channelOf: (id: string) => string;
  readonly told: (channel: string, message: string) => void;
  /** Messages may have been missed, without a sign. */
  readonly doubt: () => void;
  readonly broken: () => void;
}

/** A link with one subscription a watched stream. */
export interface Subscriptions extends Link {
  /** Resolves once the stream's messages arrive. */
  subscribe(id: string): Promise<void>;
  unsubscribe(id: string): void;
}

/** Connects, and subscribes to what is watched. */
export async function subscribe(calls: Calls, options: SubscribeOptions): Promise<Subscriptions> {
  const { ids, channelOf, told, doubt, broken } = options;
  const subscriber = await calls.subscriber(told, broken);
  // Each stream's last call: they are made one after another, so that the last one decides.
  const turns = new Map<string, { on: boolean; done: Promise<unknown> }>();

  function turn(id: string, on: boolean): Promise<unknown> {
    const before = turns.get(id);
    if (before?.on === on) return before.done;
    const channel = channelOf(id);
    const call = () => (on ? subscriber.subscribe(channel) : subscriber.unsubscribe(channel));
    const done = before ? before.done.then(call, call) : call();
    const entry = { on, done };
    turns.set(id, entry);
    const forget = () => {
      if (turns.get(id) === entry) turns.delete(id);
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
      // A cluster's client moves its subscriptions between servers by itself, and does not tell.
      if (subscriber.silent) doubt();
    },
    close: () => subscriber.close(),
  };
}
