import type { PostgresPool } from "./client.ts";
import type { Names } from "./names.ts";

/**
 * The steps that lead from nothing to the current schema. The schema's version is the number of
 * steps that were taken. Never change a step that was released: add another.
 *
 * `key` numbers streams as they are created and is never used twice. Servers of schema 2 knew their
 * claim by it. A claim has a `token` since, by which a producer of a stream that was deleted and
 * created again cannot write to the new one. Times are Postgres' own. `deadline` is when a pending
 * stream or a lease runs out; it is null once the stream has ended. `settle_at` is the time from
 * which a stream reads as ended, if that is later than its deadline. An error's message is UTF-8
 * bytes, because a text of Postgres cannot hold U+0000.
 */
const steps: readonly ((names: Names) => string)[] = [
  ({ streams, chunks }) => `
    create table ${streams} (
      key bigint generated always as identity primary key,
      id text not null unique,
      status text not null default 'pending',
      length bigint not null default 0,
      error text,
      stop_requested boolean not null default false,
      deadline timestamptz,
      ended_at timestamptz
    ) with (fillfactor = 50);
    create table ${chunks} (
      stream bigint not null references ${streams} (key) on delete cascade,
      at bigint not null,
      bytes bytea not null,
      primary key (stream, at)
    );`,
  // The sweep uses these indexes. An append touches neither of them, so it stays cheap.
  ({ streams }) => `
    create index on ${streams} (ended_at) where ended_at is not null;
    create index on ${streams} (key) where ended_at is null;`,
  // Only adds, so that a server of schema 2 that still runs beside this one goes on with its own
  // streams. No index holds what an append changes, so that stays cheap.
  ({ streams, epochs, inputs, tombstones }) => `
    alter table ${streams}
      add column error_message bytea,
      add column reason text,
      add column kind text not null default 'text',
      add column tags text[],
      add column token text,
      add column epoch integer not null default 0,
      add column created_at timestamptz,
      add column settle_at timestamptz,
      add column resumable boolean not null default false,
      add column attempts integer not null default 0,
      add column told boolean not null default true,
      add column told_token text,
      add column told_until timestamptz;
    alter table ${streams} alter column created_at set default clock_timestamp();
    create index on ${streams} using gin (tags) where tags is not null;
    create index on ${streams} (key) where resumable and ended_at is null;
    create index on ${streams} (told_until) where not told;
    create table ${epochs} (
      stream bigint not null references ${streams} (key) on delete cascade,
      epoch integer not null,
      start bigint not null,
      primary key (stream, epoch)
    );
    create table ${inputs} (
      stream bigint primary key references ${streams} (key) on delete cascade,
      input text,
      context text
    );
    create table ${tombstones} (id text primary key, until timestamptz not null);
    create index on ${tombstones} (until);`,
];

/** The version of the schema that this release writes. */
export const schemaVersion = steps.length;

const versionTable = ({ versions }: Names) =>
  `create table if not exists ${versions} (version integer not null);`;

/** Returns the statements that take a database from schema version `from` to `to`. */
export function migration(names: Names, from: number, to = schemaVersion): string {
  return [
    versionTable(names),
    ...steps.slice(from, to).map((step) => step(names)),
    `delete from ${names.versions};`,
    `insert into ${names.versions} values (${to});`,
  ].join("\n");
}

/**
 * Brings the schema up to date, in one transaction, by one server at a time. If it is up to date
 * already, the database is only read: the role then needs no right to create tables.
 * @throws Error if a newer release has migrated the database
 */
export async function migrate(pool: PostgresPool, names: Names): Promise<void> {
  const { rows } = await pool.query("select to_regclass($1) is not null as found", [
    names.versions,
  ]);
  if (rows[0].found && (await versionOf(pool, names)) === schemaVersion) return;
  const client = await pool.connect();
  // If the connection dies, its statement fails, and it emits an error besides: without a listener
  // that would end the process.
  const ignore = () => {};
  client.on("error", ignore);
  let broken = true;
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [names.versions]);
    // `to_regclass` would not do: within a transaction it may miss a table that was created while
    // this one waited for the lock.
    await client.query(versionTable(names));
    const version = await versionOf(client, names);
    if (version < schemaVersion) await client.query(migration(names, version));
    await client.query("commit");
    broken = false;
  } finally {
    if (!broken) client.removeListener("error", ignore);
    // A connection that is destroyed rolls its transaction back.
    client.release(broken);
  }
}

async function versionOf(client: Pick<PostgresPool, "query">, names: Names): Promise<number> {
  const { rows } = await client.query(`select version from ${names.versions}`);
  const version = Number(rows[0]?.version ?? 0);
  if (version > schemaVersion) {
    throw new Error(
      `postgresStore: the tables of ${names.streams} have schema version ${version}, but this release of @twinstream/server knows versions up to ${schemaVersion}. Update @twinstream/server.`,
    );
  }
  return version;
}
