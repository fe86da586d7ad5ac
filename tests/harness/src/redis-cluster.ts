import { createClient } from "redis";
import { type Engine, freePort } from "./engine.ts";
import { startRedis } from "./redis.ts";

/** A cluster of Redis servers. Each has a part of the slots. */
export interface RedisCluster {
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;

/** Starts three Redis servers as a cluster without replicas. */
export async function startRedisCluster(): Promise<RedisCluster> {
  // The servers connect to each other on a second port, by default 10,000 above, which may not exist.
  const buses = await Promise.all([0, 1, 2].map(() => freePort()));
  const nodes = await Promise.all(
    buses.map((bus) => startRedis({ "cluster-enabled": "yes", "cluster-port": `${bus}` })),
  );
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    await join(nodes, buses[0]!);
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls: nodes.map(({ url }) => url), stop };
}

async function join(nodes: readonly Engine[], bus: number): Promise<void> {
  const clients = await Promise.all(nodes.map(({ url }) => createClient({ url }).connect()));
  try {
    const first = new URL(nodes[0]!.url);
    for (const [n, client] of clients.entries()) {
      const from = Math.floor((n * SLOTS) / nodes.length);
      const to = Math.floor(((n + 1) * SLOTS) / nodes.length) - 1;
      await client.sendCommand(["CLUSTER", "ADDSLOTSRANGE", `${from}`, `${to}`]);
      await client.sendCommand(["CLUSTER", "SET-CONFIG-EPOCH", `${n + 1}`]);
      if (n > 0) {
        await client.sendCommand(["CLUSTER", "MEET", first.hostname, first.port, `${bus}`]);
      }
    }
    const deadline = performance.now() + 60_000;
    for (const client of clients) {
      for (;;) {
        const info = `${await client.sendCommand(["CLUSTER", "INFO"])}`;
        if (info.includes("cluster_state:ok") && info.includes("cluster_known_nodes:3")) break;
        if (performance.now() > deadline)
          throw new Error(`The cluster did not form within a minute. CLUSTER INFO:\n${info}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  } finally {
    for (const client of clients) client.destroy();
  }
}
