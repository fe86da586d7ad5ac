// biome-ignore-all lint/suspicious/noExplicitAny: the clients' own types are far wider than what is used of them.

type Argument = string | Buffer;

/** What the store needs of a client or cluster of npm's `redis` (version 5 or newer). */
export interface NodeRedis {
  withTypeMapping(mapping: any): {
    eval(script: string, options: { keys: string[]; arguments: Argument[] }): Promise<unknown>;
    evalSha(sha: string, options: { keys: string[]; arguments: Argument[] }): Promise<unknown>;
  };
  duplicate(): any;
}

/** What the store needs of a `Redis` or `Cluster` of npm's `ioredis` (version 5 or newer). */
export interface IoRedis {
  callBuffer(command: string, ...args: (Argument | number)[]): Promise<unknown>;
  duplicate(): any;
}

/** A client of npm's `redis` or `ioredis`, for one server or a cluster. */
export type RedisClient = NodeRedis | IoRedis;

/** A Lua script, with the digest that Redis knows it by. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** A connection that is subscribed to channels. */
export interface Subscriber {
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  ping(): Promise<unknown>;
  close(): void;
  /** It moves from server to server by itself, and does not tell when it was without one. */
  readonly silent: boolean;
}

/** The two clients' calls, as one. */
export interface Calls {
  /** Runs a script; strings in its reply are Buffers. */
  run(script: Script, keys: string[], args: Argument[]): Promise<unknown>;
  /** Connects once more, for subscriptions. */
  subscriber(
    told: (channel: string, message: string) => void,
    broken: () => void,
  ): Promise<Subscriber>;
}

/** RESP's type of the replies that are to stay bytes. */
const BLOB_STRING = 36;

export function callsOf(client: RedisClient): Calls {
  const given = client as Partial<NodeRedis & IoRedis> | undefined;
  if (typeof given?.duplicate === "function") {
    if (typeof given.withTypeMapping === "function") return nodeRedis(client as NodeRedis);
    if (typeof given.callBuffer === "function") return ioRedis(client as IoRedis);
  }
  throw new TypeError(
    "redisStore needs a client of npm's redis (5 or newer) or ioredis: redisStore(await createClient({ url }).connect())",
  );
}

/** By its digest, and in full where the server does not know it yet. */
async function byDigest<T>(short: () => Promise<T>, full: () => Promise<T>): Promise<T> {
  try {
    return await short();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return full();
  }
}

function nodeRedis(client: NodeRedis): Calls {
  const bytes = client.withTypeMapping({ [BLOB_STRING]: Buffer });
  return {
    run: ({ source, sha }, keys, args) =>
      byDigest(
        () => bytes.evalSha(sha, { keys, arguments: args }),
        () => bytes.eval(source, { keys, arguments: args }),
      ),
    async subscriber(told, broken) {
      const connection = client.duplicate();
      const listener = (message: string, channel: string) => told(channel, message);
      const close = () => {
        try {
          connection.destroy();
        } catch {
          // It had ended by itself.
        }
      };
      // It would connect again by itself, and leave what was asked of it waiting.
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
        // A cluster has no ping of its own, and looks after its connections itself.
        ping: async () => connection.ping?.(),
        close,
        silent: "masters" in client,
      };
    },
  };
}

function ioRedis(client: IoRedis): Calls {
  return {
    run: ({ source, sha }, keys, args) =>
      byDigest(
        () => client.callBuffer("evalsha", sha, keys.length, ...keys, ...args),
        () => client.callBuffer("eval", source, keys.length, ...keys, ...args),
      ),
    async subscriber(told, broken) {
      const connection = client.duplicate();
      const close = () => connection.disconnect();
      connection.on("message", told);
      connection.on("error", () => {});
      connection.on("close", () => {
        close();
        broken();
      });
      // It connects by itself; a first command that is answered says that it has.
      await new Promise<void>((resolve, reject) => {
        connection.once("close", () => reject(new Error("Redis cannot be reached")));
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
