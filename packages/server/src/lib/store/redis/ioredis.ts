import { byDigest, type RedisAdapter } from "./adapter.ts";
import type { IoRedis } from "./client.ts";

/** Adapts a `Redis` or `Cluster` of npm's `ioredis`. */
export function adaptIoRedis(client: IoRedis): RedisAdapter {
  return {
    run: ({ source, sha }, keys, args) =>
      byDigest(
        () => client.callBuffer("evalsha", sha, keys.length, ...keys, ...args),
        () => client.callBuffer("eval", source, keys.length, ...keys, ...args),
      ),
    async subscriber(onMessage, broken) {
      const connection = client.duplicate();
      const close = () => connection.disconnect();
      connection.on("message", onMessage);
      connection.on("error", () => {});
      connection.on("close", () => {
        close();
        broken();
      });
      // It connects by itself: once it has answered a first command, it is connected.
      await new Promise<void>((resolve, reject) => {
        connection.once("close", () => reject(new Error("Redis cannot be reached.")));
        connection.ping().then(resolve, reject);
      });
      return {
        subscribe: (channel) => connection.subscribe(channel),
        unsubscribe: (channel) => connection.unsubscribe(channel),
        ping: () => connection.ping(),
        close,
        silent: "isCluster" in client && client.isCluster === true,
      };
    },
  };
}
