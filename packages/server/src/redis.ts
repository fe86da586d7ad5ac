/**
 * Streams in Redis, for any number of server processes.
 * @module
 */

export type { IoRedis, NodeRedis, RedisClient } from "./lib/store/redis/client.ts";
export { type RedisStoreOptions, redisStore } from "./lib/store/redis/store.ts";
