import { mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, freePort, givenEngine, startEngine } from "./engine.ts";
import { onPath } from "./find.ts";

/** Whether this machine has a Redis for tests: `REDIS_URL`, or `redis-server` on the path. */
export function hasRedis(): boolean {
  return Boolean(process.env.REDIS_URL) || onPath("redis-server") !== undefined;
}

/**
 * Starts a Redis server of its own on a free port, with its files in a temporary folder; with
 * `REDIS_URL` set, that server is used. Every write is in its log before it is answered
 * (`appendfsync always`), so that it may be killed and started again; with Redis' own default,
 * `everysec`, a killed server may lose the last two seconds.
 *
 * @param settings more of `redis.conf`, such as `{ appendfsync: "everysec" }`
 */
export async function startRedis(settings: Record<string, string> = {}): Promise<Engine> {
  if (process.env.REDIS_URL) return givenEngine(process.env.REDIS_URL);
  const command = onPath("redis-server");
  if (!command) throw new Error("redis-server is not installed: apt-get install redis-server");
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

/** Asks for a PONG; while Redis loads its files it answers with an error. */
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
