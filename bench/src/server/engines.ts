import { hasPostgres, startPostgres } from "@twinstream/harness/postgres";
import { hasRedis, startRedis } from "@twinstream/harness/redis";

/** Starts the engines that servers need. Those that are not installed are undefined. */
export async function engines() {
  const redis = hasRedis() ? await startRedis() : undefined;
  // The measurement includes the cost of the disk.
  const postgres = hasPostgres() ? await startPostgres({ fsync: "on" }) : undefined;
  return {
    redis: redis?.url,
    postgres: postgres?.url,
    async stop() {
      await Promise.all([redis?.stop(), postgres?.stop()]);
    },
  };
}
