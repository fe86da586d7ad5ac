/**
 * Streams in Redis, for any number of server processes.
 * @module
 */

export type { IoRedis, NodeRedis, RedisClient } from "./lib/redis/shape.ts";
export { type RedisStoreOptions, redisStore } from "./lib/redis/store.ts";
