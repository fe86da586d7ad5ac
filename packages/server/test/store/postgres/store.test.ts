import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import type { Engine } from "@twinstream/harness/engine";
import { hasPostgres, startPostgres } from "@twinstream/harness/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { namesWith } from "../../../src/lib/store/postgres/names.ts";
import { migration, schemaVersion } from "../../../src/lib/store/postgres/schema.ts";
import { postgresStore } from "../../../src/postgres.ts";
import { createPool, freshName } from "../../harness/store-address.ts";

const LEASE = 60_000;
const patience = { timeout: 20_000, interval: 20 };
const bytes = (text: string) => new TextEncoder().encode(text);

describe("options", () => {
  const pool = { query: async () => ({ rows: [] }), connect: async () => ({}) as never };

  test("anything but a pool is refused, and the error names the option", () => {
    expect(() => postgresStore({} as never)).toThrow(/`pool` must be a Pool of npm's pg/);
    expect(() => postgresStore(pool, { listenPool: {} as never })).toThrow(/`listenPool` must be/);
  });

  test("a pool of one connection is refused, because LISTEN keeps one", () => {
    const single = { ...pool, options: { max: 1 } };
    expect(() => postgresStore(single)).toThrow(/`max` is 1, but must be 2 or more/);
    expect(() => postgresStore(single, { listenPool: pool })).not.toThrow();
  });

  test.each(["", "Caps_", "a-b", 'x"; drop table y; --', "a.b.c_", "x".repeat(41)])(
    "the prefix %j is refused",
    (prefix) => {
      expect(() => postgresStore(pool, { prefix })).toThrow(/`prefix` is .* must be lower-case/);
    },
  );
});

describe.skipIf(!hasPostgres())("on a real Postgres", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startPostgres();
  });
  afterAll(() => engine?.stop());

  function open(options: pg.PoolConfig = {}, prefix = `${freshName()}_`) {
    const pool = createPool(engine.url, options);
    const store = postgresStore(pool, { prefix });
    onTestFinished(async () => {
      await store.close();
      await pool.end();
    });
    return { pool, store, prefix };
  }

  async function streaming(store: ReturnType<typeof postgresStore>, id = freshName()) {
    await store.create(id, { pendingMs: LEASE });
    const token = randomUUID();
    const claim = await store.claim(id, { token, leaseMs: LEASE });
    if (!claim?.claimed) throw new Error("not claimed");
    return { id, token };
  }

  test("20 servers that start at once create one schema", async () => {
    const prefix = `${freshName()}_`;
    const servers = Array.from({ length: 20 }, () => open({ max: 2 }, prefix));
    await Promise.all(
      servers.map(({ store }, n) => store.create(`stream-${n}`, { pendingMs: LEASE })),
    );
    const { rows } = await servers[0]!.pool.query(`select version from ${prefix}versions`);
    expect(rows).toEqual([{ version: schemaVersion }]);
  });

  test.each(Array.from({ length: schemaVersion }, (_, n) => n))(
    "a database of schema version %i is migrated, and keeps its streams",
    async (version) => {
      const prefix = `${freshName()}_`;
      const names = namesWith(prefix);
      const { pool, store } = open({}, prefix);
      if (version > 0) {
        await pool.query(migration(names, 0, version));
        await pool.query(`
        insert into ${names.streams} (id, status, length, ended_at) values ('old', 'done', 3, now());
        insert into ${names.chunks} select key, 0, 'abc' from ${names.streams}`);
        expect(Buffer.from((await store.read("old", 0, 10))?.bytes ?? []).toString()).toBe("abc");
      }
      expect(await store.create("new", { pendingMs: LEASE })).toBe(true);
      const { rows } = await pool.query(`select version from ${names.versions}`);
      expect(rows).toEqual([{ version: schemaVersion }]);
    },
  );

  test("a connection that dies while a server waits to migrate does not end the process, and the next call migrates", async () => {
    // As in the documentation: nothing listens for errors of the pool's connections.
    const pool = new pg.Pool({ connectionString: engine.url });
    pool.on("error", () => {});
    const prefix = `${freshName()}_`;
    const store = postgresStore(pool, { prefix });
    const admin = createPool(engine.url);
    onTestFinished(async () => {
      await store.close();
      await Promise.all([pool.end(), admin.end()]);
    });
    const lock = await admin.connect();
    await lock.query("select pg_advisory_lock(hashtextextended($1, 0))", [`${prefix}versions`]);
    const connections: pg.PoolClient[] = [];
    pool.on("acquire", (client) => connections.push(client));
    const created = store.create("early", { pendingMs: LEASE });
    const failed = expect(created).rejects.toThrow();
    await vi.waitFor(async () => {
      const { rows } = await admin.query(
        "select 1 from pg_stat_activity where wait_event = 'advisory' and query like '%advisory_xact%'",
      );
      expect(rows.length).toBeGreaterThan(0);
    }, patience);
    // As if the database's machine went down: the connection ends without a message.
    const socket = (connections.at(-1) as unknown as { connection: { stream: Socket } }).connection
      .stream;
    socket.destroy();
    await failed;
    await lock.query("select pg_advisory_unlock_all()");
    lock.release();
    expect(await store.create("early", { pendingMs: LEASE })).toBe(true);
  });

  test("a newer schema is refused, and the error says what to do", async () => {
    const { pool, prefix } = open();
    await pool.query(`create table ${prefix}versions as select ${schemaVersion + 1} as version`);
    const { store } = open({}, prefix);
    await expect(store.status("any")).rejects.toThrow(/Update @twinstream\/server/);
  });

  test("the tables may live in a schema of their own", async () => {
    const schema = freshName();
    const { pool, store } = open({}, `${schema}.app_`);
    await expect(store.create("early", { pendingMs: LEASE })).rejects.toThrow(
      /schema .* does not exist/,
    );
    await pool.query(`create schema ${schema}`);
    expect(await store.create("late", { pendingMs: LEASE })).toBe(true);
    const { store: other } = open({}, `${schema}.app_`);
    const woken = vi.fn();
    onTestFinished(await store.watch("late", woken));
    await other.stop("late");
    await vi.waitFor(() => expect(woken).toHaveBeenCalled(), patience);
  });

  test("a role without the right to create tables works on existing tables", async () => {
    const { pool, store, prefix } = open();
    await store.create("made", { pendingMs: LEASE });
    const role = freshName();
    const tables = ["streams", "chunks", "epochs", "inputs", "tombstones", "versions"];
    const names = tables.map((table) => prefix + table).join(", ");
    await pool.query(`
      create role ${role} login;
      grant select, insert, update, delete on ${names} to ${role}`);
    const { store: limited } = open(
      { connectionString: engine.url.replace("postgres@", `${role}@`) },
      prefix,
    );
    const { id, token } = await streaming(limited);
    const append = { token, offset: 0, bytes: bytes("text"), leaseMs: LEASE };
    expect(await limited.append(id, append)).toMatchObject({ state: "ok" });
    expect(await limited.delete(id)).toBe(true);
  });

  test("no index has a column that an append changes, so rows are updated in place", async () => {
    const { pool, store, prefix } = open();
    await store.status("any");
    const { rows } = await pool.query(
      `select i.indexrelid::regclass as name, pg_get_indexdef(i.indexrelid) as definition
      from pg_index i where i.indrelid = $1::regclass`,
      [`${prefix}streams`],
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const { definition } of rows) {
      expect(definition).toContain(`ON public.${prefix}streams`);
      expect(definition.replace(prefix, "")).not.toMatch(/\b(length|deadline|settle_at)\b/);
    }
  });

  test("a tombstone is gone after 24 hours, and a sweep removes its row", async () => {
    const { pool, store, prefix } = open();
    const { id, token } = await streaming(store);
    await store.delete(id);
    const rows = async (columns: string) =>
      (await pool.query(`select ${columns} from ${prefix}tombstones`)).rows;
    const [{ left }] = await rows("extract(epoch from until - clock_timestamp())::int as left");
    expect(left).toBeGreaterThan(24 * 60 * 60 - 60);
    expect(left).toBeLessThanOrEqual(24 * 60 * 60);
    await store.sweep(0);
    expect(await rows("id")).toEqual([{ id }]);
    await pool.query(`update ${prefix}tombstones set until = clock_timestamp()`);
    expect(await store.isDeleted(id)).toBe(false);
    expect(await store.claim(id, { token, leaseMs: LEASE, create: {} })).toEqual({
      claimed: true,
      epoch: 1,
    });
    await store.sweep(0);
    expect(await rows("id")).toEqual([]);
  });

  test("a claim that creates, and waits for a deletion that is under way, makes nothing", async () => {
    const { pool, store, prefix } = open();
    const { id, token } = await streaming(store);
    const deleting = await pool.connect();
    await deleting.query("begin");
    await deleting.query(
      `with deleted as (delete from ${prefix}streams where id = $1 returning id)
      insert into ${prefix}tombstones select id, clock_timestamp() + interval '1 day' from deleted`,
      [id],
    );
    const claim = store.claim(id, { token, leaseMs: LEASE, create: {} });
    await vi.waitFor(async () => {
      const { rows } = await pool.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%${prefix}%'`,
      );
      expect(rows.length).toBeGreaterThan(0);
    }, patience);
    await deleting.query("commit");
    deleting.release();
    expect(await claim).toBeUndefined();
    expect(await store.status(id)).toBeUndefined();
    expect(await store.isDeleted(id)).toBe(true);
  });

  test("a stricter isolation level changes nothing", async () => {
    const { store } = open({ options: "-c default_transaction_isolation=serializable" });
    await store.create("raced", { pendingMs: LEASE });
    const claims = await Promise.all(
      Array.from({ length: 50 }, () =>
        store.claim("raced", { token: randomUUID(), leaseMs: LEASE }),
      ),
    );
    expect(claims.filter((claim) => claim?.claimed)).toHaveLength(1);
  });

  test("a cut LISTEN connection wakes the watchers and comes back", async () => {
    const { pool, store, prefix } = open();
    const { store: other } = open({}, prefix);
    const { id, token } = await streaming(other);
    const changes: string[] = [];
    onTestFinished(await store.watch(id, (change) => changes.push(change)));
    for (let round = 0; round < 3; round++) {
      changes.length = 0;
      const { rows } = await pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where query = $1",
        [`listen "${prefix}changes"`],
      );
      expect(rows.length).toBeGreaterThan(0);
      await vi.waitFor(() => expect(changes).toContain("control"), patience);
      changes.length = 0;
      await other.append(id, { token, offset: round, bytes: bytes("x"), leaseMs: LEASE });
      await vi.waitFor(() => expect(changes).toContain("text"), patience);
    }
  });

  test("the LISTEN connection returns to the pool once nothing is watched", async () => {
    const { pool, store } = open();
    const { id } = await streaming(store);
    const unwatch = await store.watch(id, () => {});
    expect(pool.totalCount - pool.idleCount).toBe(1);
    unwatch();
    await vi.waitFor(() => expect(pool.totalCount - pool.idleCount).toBe(0), patience);
  });

  test("close leaves the pool as it was", async () => {
    const { pool, store } = open();
    const { id } = await streaming(store);
    await store.watch(id, () => {});
    await store.close();
    expect(pool.totalCount - pool.idleCount).toBe(0);
    expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    expect((await pool.query("select * from pg_listening_channels()")).rows).toEqual([]);
  });

  test("an append that waits for a lock until its lease is over writes nothing", async () => {
    const { pool, store, prefix } = open();
    const { id, token } = await streaming(store);
    await store.renew(id, token, 300);
    const blocker = await pool.connect();
    await blocker.query("begin");
    await blocker.query(`select 1 from ${prefix}streams where id = $1 for update`, [id]);
    const late = store.append(id, { token, offset: 0, bytes: bytes("late"), leaseMs: LEASE });
    await vi.waitFor(async () => {
      const { rows } = await pool.query(
        `select deadline < clock_timestamp() as over from ${prefix}streams where id = $1`,
        [id],
      );
      expect(rows).toEqual([{ over: true }]);
    }, patience);
    await blocker.query("commit");
    blocker.release();
    expect(await late).toEqual({ state: "lost" });
    expect(await store.status(id)).toEqual({
      status: "timeout",
      length: 0,
      epoch: 1,
      reason: "crash",
    });
  });

  test("streams that write at once share statements", async () => {
    const { pool, store } = open();
    const streams = await Promise.all(Array.from({ length: 100 }, () => streaming(store)));
    const query = vi.spyOn(pool, "query");
    for (let offset = 0; offset < 5; offset++) {
      await Promise.all(
        streams.map(({ id, token }) =>
          store.append(id, { token, offset, bytes: bytes("x"), leaseMs: LEASE }),
        ),
      );
    }
    expect(query.mock.calls.length).toBeLessThanOrEqual(10);
  });

  test.runIf(!process.env.DATABASE_URL)(
    "a database that is killed and comes back has lost no confirmed text",
    async () => {
      const own = await startPostgres();
      onTestFinished(() => own.stop());
      const pool = createPool(own.url);
      const store = postgresStore(pool);
      onTestFinished(async () => {
        await store.close();
        await pool.end();
      });
      const { id, token } = await streaming(store);
      const changes: string[] = [];
      await store.watch(id, (change) => changes.push(change));
      await store.append(id, { token, offset: 0, bytes: bytes("before"), leaseMs: LEASE });
      await own.kill();
      const append = { token, offset: 6, bytes: bytes(" and after"), leaseMs: LEASE };
      await expect(store.append(id, append)).rejects.toThrow();
      // The LISTEN connection may notice a moment later.
      await vi.waitFor(() => expect(store.watch("other", () => {})).rejects.toThrow(), patience);
      changes.length = 0;
      await own.start();
      await vi.waitFor(() => expect(changes).toContain("control"), patience);
      expect(await store.append(id, append)).toEqual({ state: "ok", stopRequested: false });
      expect(Buffer.from((await store.read(id, 0, 100))?.bytes ?? []).toString()).toBe(
        "before and after",
      );
    },
  );
});
