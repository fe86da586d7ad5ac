import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { createClient } from "redis";
import { expect, test, vi } from "vitest";
import { hasPostgres, startPostgres } from "../src/postgres.ts";
import { hasRedis, startRedis } from "../src/redis.ts";

const own = {
  redis: hasRedis() && !process.env.REDIS_URL,
  postgres: hasPostgres() && !process.env.DATABASE_URL,
};

test.skipIf(!own.redis)(
  "Redis keeps what it wrote when it is killed and started again",
  async () => {
    const engine = await startRedis();
    try {
      const write = await createClient({ url: engine.url })
        .on("error", () => {})
        .connect();
      await write.set("key", "value");
      await engine.kill();
      write.destroy();
      await engine.start();
      const read = await createClient({ url: engine.url }).connect();
      expect(await read.get("key")).toBe("value");
      await read.close();
    } finally {
      await engine.stop();
    }
  },
);

test.skipIf(!own.postgres)(
  "Postgres keeps what it committed when it is killed and started again",
  async () => {
    const engine = await startPostgres();
    const query = async (sql: string) => {
      const client = new pg.Client(engine.url);
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    };
    try {
      await query("create table kept as select 1 as one");
      await engine.kill();
      await expect(query("select 1")).rejects.toThrow();
      await engine.start();
      expect(await query("select one from kept")).toEqual([{ one: 1 }]);
    } finally {
      await engine.stop();
    }
  },
);

test.skipIf(!own.redis)(
  "an engine ends, and its files go, when the test process is killed",
  async () => {
    const module = JSON.stringify(join(import.meta.dirname, "../src/redis.ts"));
    const child = spawn(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { createClient } from "redis";
       const { startRedis } = await import(${module});
       const { url } = await startRedis();
       const client = await createClient({ url }).connect();
       console.log(url, (await client.configGet("dir")).dir);`,
      ],
      { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
    );
    const [line] = await once(child.stdout, "data");
    const [url, folder] = `${line}`.trim().split(" ") as [string, string];
    expect(existsSync(folder)).toBe(true);
    child.kill("SIGKILL");
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 15_000 });
    const client = createClient({ url, socket: { reconnectStrategy: false } }).on(
      "error",
      () => {},
    );
    await expect(client.connect()).rejects.toThrow();
  },
);
