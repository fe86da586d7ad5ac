// Makes the databases that `migration.test.ts` opens, by a built release before schema 2:
//
//   node make-databases.ts path/to/that/release/packages/server
//
// The engines and `pg_dump` must be on the `PATH`. Each database is saved before any read, because a read would make
// the leases final that have run out. `streams.json` is what that release reads from it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { startPostgres } from "@twinstream/harness/postgres";
import { startRedis } from "@twinstream/harness/redis";
import pg from "pg";
import { createClient } from "redis";
import { type OldStream, oldStreams } from "./old-streams.ts";

/** The store of that release. */
interface OldStore {
  create(id: string, pendingMs: number): Promise<boolean>;
  claim(id: string, leaseMs: number): Promise<{ epoch: number }>;
  append(id: string, append: object): Promise<{ state: string }>;
  renew(id: string, epoch: number, leaseMs: number): Promise<{ state: string }>;
  status(id: string): Promise<{ status: string; length: number; error?: string }>;
  read(id: string, offset: number, maxBytes: number): Promise<{ bytes: Uint8Array }>;
  stop(id: string): Promise<unknown>;
  close(): Promise<void>;
}

/** About 95 years, so that no test depends on the date. */
const FOREVER_MS = 3e12;
const SOON_MS = 1;

const release = resolve(process.argv[2] ?? assert.fail("Pass the folder of the release."));
const load = (entry: string) => import(join(release, "dist", `${entry}.js`));
const { sqliteStore } = await load("sqlite");
const { postgresStore } = await load("postgres");
const { redisStore } = await load("redis");

const save = (name: string, content: Uint8Array | string) =>
  writeFileSync(
    new URL(`./databases/${name}.gz`, import.meta.url),
    gzipSync(content, { level: 9 }),
  );

async function make(store: OldStore, { id, kind, pieces, error }: OldStream) {
  assert(await store.create(id, kind === "undriven" ? SOON_MS : FOREVER_MS));
  if (kind === "stopped while pending") await store.stop(id);
  if (["pending", "undriven", "stopped while pending"].includes(kind)) return;
  const { epoch } = await store.claim(id, FOREVER_MS);
  const closes = ["done", "stopped", "error", "timeout"].includes(kind);
  let offset = 0;
  for (const [n, piece] of pieces.entries()) {
    const bytes = new TextEncoder().encode(piece);
    const close = closes && n === pieces.length - 1 ? { status: kind, error } : undefined;
    const append = { epoch, offset, bytes, leaseMs: FOREVER_MS, close };
    assert.equal((await store.append(id, append)).state, "ok");
    offset += bytes.length;
  }
  if (kind === "stopping" || kind === "stopping, crashed") await store.stop(id);
  if (kind.endsWith("crashed") || kind === "found crashed") await store.renew(id, epoch, SOON_MS);
}

async function makeAll(store: OldStore) {
  for (let n = 0; n < oldStreams.length; n += 50) {
    await Promise.all(oldStreams.slice(n, n + 50).map((stream) => make(store, stream)));
  }
  await sleep(200);
  for (const { id, kind } of oldStreams) if (kind === "found crashed") await store.status(id);
  await store.close();
}

async function readAll(store: OldStore) {
  const read = [];
  for (const { id } of oldStreams) {
    const { bytes } = await store.read(id, 0, 1_000_000);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    read.push({ id, ...(await store.status(id)), text });
  }
  await store.close();
  return JSON.parse(JSON.stringify(read));
}

async function sqlite() {
  const folder = mkdtempSync(join(tmpdir(), "twinstream-old-"));
  const path = join(folder, "streams.db");
  await makeAll(sqliteStore({ path }));
  save("sqlite.db", readFileSync(path));
  const read = await readAll(sqliteStore({ path }));
  rmSync(folder, { recursive: true });
  return read;
}

async function postgres() {
  const engine = await startPostgres();
  const pool = new pg.Pool({ connectionString: engine.url });
  pool.on("error", () => {});
  await makeAll(postgresStore(pool));
  const dump = execFileSync(
    "pg_dump",
    ["--no-owner", "--inserts", "--rows-per-insert=200", engine.url],
    { encoding: "utf8", maxBuffer: 1e9 },
  );
  // Lines of psql alone.
  save("postgres.sql", dump.replace(/^\\.*\n/gm, ""));
  const read = await readAll(postgresStore(pool));
  await pool.end();
  await engine.stop();
  return read;
}

async function redis() {
  const engine = await startRedis();
  const client = createClient({ url: engine.url });
  await client.connect();
  await makeAll(redisStore(client));
  const commands: string[][] = [];
  for (const key of (await client.keys("*")).sort()) {
    const type = await client.type(key);
    if (type === "string") commands.push(["SET", key, (await client.get(key))!]);
    if (type === "hash") {
      commands.push(["HSET", key, ...Object.entries(await client.hGetAll(key)).flat()]);
    }
    if (type === "zset") {
      const members = await client.zRangeWithScores(key, 0, -1);
      commands.push(["ZADD", key, ...members.flatMap(({ value, score }) => [`${score}`, value])]);
    }
  }
  save("redis.json", JSON.stringify(commands));
  const read = await readAll(redisStore(client));
  client.destroy();
  await engine.stop();
  return read;
}

const read = await sqlite();
assert.deepEqual(await postgres(), read);
assert.deepEqual(await redis(), read);
save("streams.json", JSON.stringify(read));
