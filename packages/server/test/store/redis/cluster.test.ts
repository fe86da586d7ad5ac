import { hasRedis } from "@twinstream/harness/redis";
import { type RedisCluster, startRedisCluster } from "@twinstream/harness/redis-cluster";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { afterAll, beforeAll, describe } from "vitest";
import { redisStore } from "../../../src/redis.ts";
import { freshName, withClient } from "../../harness/store-address.ts";
import { storeContract } from "../contract.ts";

const available = hasRedis() && !process.env.REDIS_URL;

async function nodeRedis(urls: readonly string[], prefix: string) {
  const cluster = createCluster({ rootNodes: urls.map((url) => ({ url })) });
  cluster.on("error", () => {});
  await cluster.connect();
  return withClient(redisStore(cluster, { prefix }), async () => cluster.destroy());
}

async function ioRedis(urls: readonly string[], prefix: string) {
  const cluster = new Cluster([...urls]);
  cluster.on("error", () => {});
  return withClient(redisStore(cluster, { prefix }), async () => cluster.disconnect());
}

describe.skipIf(!available)("a Redis cluster of three", () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster?.stop());

  for (const [name, connect] of Object.entries({ redis: nodeRedis, ioredis: ioRedis })) {
    describe(`by npm's ${name}`, () => {
      storeContract(async () => {
        const prefix = `${freshName()}:`;
        return [await connect(cluster.urls, prefix), await connect(cluster.urls, prefix)];
      });
    });
  }
});
