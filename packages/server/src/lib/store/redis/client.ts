// biome-ignore-all lint/suspicious/noExplicitAny: the clients' own types are far wider than what is used of them.

/** An argument of a command. */
export type Argument = string | Buffer;

/** The part of a client or cluster of npm's `redis` (version 5 or newer) that the store uses. */
export interface NodeRedis {
  withTypeMapping(mapping: any): {
    eval(script: string, options: { keys: string[]; arguments: Argument[] }): Promise<unknown>;
    evalSha(sha: string, options: { keys: string[]; arguments: Argument[] }): Promise<unknown>;
  };
  duplicate(): any;
}

/** The part of a `Redis` or `Cluster` of npm's `ioredis` (version 5 or newer) that the store uses. */
export interface IoRedis {
  callBuffer(command: string, ...args: (Argument | number)[]): Promise<unknown>;
  duplicate(): any;
}

/** A client of npm's `redis` or `ioredis`, for one server or a cluster. */
export type RedisClient = NodeRedis | IoRedis;
