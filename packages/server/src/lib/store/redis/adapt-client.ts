import { typeName } from "../../util/type-name.ts";
import type { RedisAdapter } from "./adapter.ts";
import type { IoRedis, NodeRedis, RedisClient } from "./client.ts";
import { adaptIoRedis } from "./ioredis.ts";
import { adaptNodeRedis } from "./node-redis.ts";

/**
 * Picks the adapter by the methods that the client has, so that the package depends on no driver.
 * @throws TypeError if the client is of neither package
 */
export function adaptClient(client: RedisClient): RedisAdapter {
  const given = client as Partial<NodeRedis & IoRedis> | undefined;
  if (typeof given?.duplicate === "function") {
    if (typeof given.withTypeMapping === "function") return adaptNodeRedis(client as NodeRedis);
    if (typeof given.callBuffer === "function") return adaptIoRedis(client as IoRedis);
  }
  const seen =
    typeof given === "object" && given ? "an object without their methods" : typeName(given);
  throw new TypeError(
    `redisStore: the client must come from npm's redis (5 or newer) or ioredis (5 or newer), but is ${seen}. Try redisStore(await createClient({ url }).connect()).`,
  );
}
