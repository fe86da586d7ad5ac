import type { Link } from "../shared/reconnecting-link.ts";
import type { PostgresPool } from "./shape.ts";

/** Keeps a connection of the pool for LISTEN, and calls `told` with each payload of the channel. */
export async function listen(
  pool: PostgresPool,
  channel: string,
  told: (payload: string) => void,
  broken: () => void,
): Promise<Link> {
  const client = await pool.connect();
  const notified = (message: { channel: string; payload?: string }) => {
    if (message.channel === channel) told(message.payload ?? "");
  };
  client.on("notification", notified);
  client.on("error", broken);
  client.on("end", broken);

  const release = (destroy: boolean) => {
    // An error that nobody listens to would end the process, and a broken connection may have one more.
    if (destroy) client.on("error", () => {});
    client.removeListener("notification", notified);
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
