import type { Argument } from "./client.ts";
import type { Script } from "./script.ts";

/** One interface to both clients. */
export interface RedisAdapter {
  /** Runs a script. Strings in its reply are Buffers. */
  run(script: Script, keys: string[], args: Argument[]): Promise<unknown>;
  /**
   * Opens one more connection, for subscriptions.
   * @param onMessage called with each message of a subscribed channel
   * @param broken called when the connection has died
   */
  subscriber(
    onMessage: (channel: string, message: string) => void,
    broken: () => void,
  ): Promise<Subscriber>;
}

/** A connection for subscriptions. */
export interface Subscriber {
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  ping(): Promise<unknown>;
  close(): void;
  /** Whether it moves from server to server by itself, without an event when it had none. */
  readonly silent: boolean;
}

/**
 * Runs a script by its digest, and in full if the server does not know it yet.
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
export async function byDigest<T>(short: () => Promise<T>, full: () => Promise<T>): Promise<T> {
  try {
    return await short();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return full();
  }
}
