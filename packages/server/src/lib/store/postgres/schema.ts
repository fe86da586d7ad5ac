import type { Names, PostgresPool } from "./shape.ts";

/**
 * The steps that lead from nothing to the present schema; the schema's version is how many have
 * been taken. A step that was released is never changed: a change is a step of its own.
 *
 * `key` numbers streams as they are created and is never given twice, so it is also the epoch of
 * a claim: who claimed a stream that was deleted and made again cannot write to the new one.
 * Times are Postgres' own: `deadline` is when a pending stream or a lease runs out, and null once
 * the stream has ended.
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
  // What the sweep looks for. Neither index is touched by an append, so that appends stay cheap.
  ({ streams }) => `
    create index on ${streams} (ended_at) where ended_at is not null;
    create index on ${streams} (key) where ended_at is null;`,
];

/** The version of the schema that this package writes. */
export const schemaVersion = steps.length;

const versionTable = ({ versions }: Names) =>
  `create table if not exists ${versions} (version integer not null);`;

/** The statements that take a database from schema version `from` to `to`. */
export function migration(names: Names, from: number, to = schemaVersion): string {
  return [
    versionTable(names),
    ...steps.slice(from, to).map((step) => step(names)),
    `delete from ${names.versions};`,
    `insert into ${names.versions} values (${to});`,
  ].join("\n");
}

/**
 * Brings the schema up to date: in one transaction, by one server at a time. A database that is
 * up to date is only read, so the role may lack the right to create tables.
 */
export async function migrate(pool: PostgresPool, names: Names): Promise<void> {
  const { rows } = await pool.query("select to_regclass($1) is not null as found", [
    names.versions,
  ]);
  if (rows[0].found && (await versionOf(pool, names)) === schemaVersion) return;
  const client = await pool.connect();
  // A connection's death fails its statement, and is told once more: nobody listening would end the process.
  const told = () => {};
  client.on("error", told);
  let broken = true;
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [names.versions]);
    // Not by `to_regclass`: within a transaction it may miss what was created while this one waited.
    await client.query(versionTable(names));
    const version = await versionOf(client, names);
    if (version < schemaVersion) await client.query(migration(names, version));
    await client.query("commit");
    broken = false;
  } finally {
    if (!broken) client.removeListener("error", told);
    // Ending the connection rolls back what was begun.
    client.release(broken);
  }
}

async function versionOf(client: Pick<PostgresPool, "query">, names: Names): Promise<number> {
  const { rows } = await client.query(`select version from ${names.versions}`);
  const version = Number(rows[0]?.version ?? 0);
  if (version > schemaVersion) {
    throw new Error(
      `The tables ${names.streams} are of schema version ${version}, and this version of @twinstream/server knows ${schemaVersion}: update @twinstream/server`,
    );
  }
  return version;
}
