import { mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, freePort, givenEngine, startEngine } from "./engine.ts";
import { onPath } from "./find.ts";

/** Returns whether this machine has a Redis for tests: `REDIS_URL`, or `redis-server` on the `PATH`. */
export function hasRedis(): boolean {
  return Boolean(process.env.REDIS_URL) || onPath("redis-server") !== undefined;
}

/**
 * Starts a Redis server on a free port, with its files in a temporary folder. If `REDIS_URL` is set,
 * returns that server instead. Every write is in the server's log before it is answered (`appendfsync
 * always`), so that a test may kill the server and start it again. With Redis' default, `everysec`, a
 * killed server may lose the last two seconds.
 *
 * @param settings further lines of `redis.conf`, such as `{ appendfsync: "everysec" }`
 */
export async function startRedis(settings: Record<string, string> = {}): Promise<Engine> {
  if (process.env.REDIS_URL) return givenEngine(process.env.REDIS_URL);
  const command = onPath("redis-server");
  if (!command)
    throw new Error(
      "redis-server is not installed. Install it (Debian: apt-get install redis-server), or set REDIS_URL.",
    );
  const port = await freePort();
  const all = {
    bind: "127.0.0.1",
    port: `${port}`,
    save: "",
    appendonly: "yes",
    appendfsync: "always",
    ...settings,
  };
  return startEngine({
    command,
    args: Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]),
    folder: mkdtempSync(join(tmpdir(), "twinstream-redis-")),
    stopSignal: "SIGTERM",
    url: `redis://127.0.0.1:${port}`,
    probe: () => ping(port),
  });
}

/** Sends a PING. Rejects if the answer is no PONG: Redis answers with an error while it loads its files. */
function ping(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    socket.setTimeout(1_000, () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection closed")));
    socket.once("data", (data) => {
      if (`${data}`.startsWith("+PONG")) resolve();
      else reject(new Error(`${data}`.trim()));
      socket.destroy();
    });
  });
}
