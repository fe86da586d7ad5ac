import { byDigest, type RedisAdapter } from "./adapter.ts";
import type { NodeRedis } from "./client.ts";

/** RESP's type of the replies that must stay bytes. */
const BLOB_STRING = 36;

/** Adapts a client or cluster of npm's `redis`. */
export function adaptNodeRedis(client: NodeRedis): RedisAdapter {
  const bytes = client.withTypeMapping({ [BLOB_STRING]: Buffer });
  return {
    run: ({ source, sha }, keys, args) =>
      byDigest(
        () => bytes.evalSha(sha, { keys, arguments: args }),
        () => bytes.eval(source, { keys, arguments: args }),
      ),
    async subscriber(onMessage, broken) {
      const connection = client.duplicate();
      const listener = (message: string, channel: string) => onMessage(channel, message);
      const close = () => {
        try {
          connection.destroy();
        } catch {
          // It had ended by itself.
        }
      };
      // Left alone, it would connect again by itself, and never settle the commands that wait.
      const failed = () => {
        close();
        broken();
      };
      connection.on("error", failed);
      connection.on("end", broken);
      await new Promise<void>((resolve, reject) => {
        connection.once("error", reject);
        connection.connect().then(resolve, reject);
      });
      return {
        subscribe: (channel) => connection.subscribe(channel, listener),
        unsubscribe: (channel) => connection.unsubscribe(channel, listener),
        // A cluster has no ping, and watches its connections itself.
        ping: async () => connection.ping?.(),
        close,
        silent: "masters" in client,
      };
    },
  };
}
