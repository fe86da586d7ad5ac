import type { Link } from "../shared/reconnecting-link.ts";
import type { PostgresPool } from "./client.ts";

/**
 * Takes a connection from the pool for LISTEN.
 * @param notified called with each payload of the channel
 * @param broken called when the connection has died
 * @see https://www.postgresql.org/docs/current/sql-listen.html
 */
export async function listen(
  pool: PostgresPool,
  channel: string,
  notified: (payload: string) => void,
  broken: () => void,
): Promise<Link> {
  const client = await pool.connect();
  const onNotification = (message: { channel: string; payload?: string }) => {
    if (message.channel === channel) notified(message.payload ?? "");
  };
  client.on("notification", onNotification);
  client.on("error", broken);
  client.on("end", broken);

  const release = (destroy: boolean) => {
    // A broken connection may emit one more error, and without a listener that ends the process.
    if (destroy) client.on("error", () => {});
    client.removeListener("notification", onNotification);
    client.removeListener("error", broken);
    client.removeListener("end", broken);
    client.release(destroy);
  };

  try {
    await client.query(`listen "${channel}"`);
  } catch (error) {
    release(true);
    throw error;
  }
  return {
    ping: () => client.query("select 1"),
    async close(isBroken) {
      if (isBroken) return release(true);
      const clean = await client.query(`unlisten "${channel}"`).then(
        () => true,
        () => false,
      );
      release(!clean);
    },
  };
}
