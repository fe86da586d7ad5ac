import { createPool } from "../../../harness/store-address.ts";
import { FOREVER_MS, type OldServer, saved } from "./old-server.ts";

/** Makes the saved tables, with `prefix`, and opens them as a server of that release had them open. */
export async function oldPostgres(url: string, prefix: string): Promise<OldServer> {
  const loading = createPool(url, { max: 1 });
  await loading.query(`${saved("postgres.sql")}`.replaceAll("twinstream_", prefix));
  await loading.end();

  const pool = createPool(url);
  const [streams, chunks] = [`${prefix}streams`, `${prefix}chunks`];
  const run = async (text: string, ...values: unknown[]) => (await pool.query(text, values)).rows;
  const notifyMany = `(select count(pg_notify('${prefix}changes', payload)) from unnest($2::text[]) as payload)`;
  const inMs = (value: string) => `clock_timestamp() + ${value} * interval '1 millisecond'`;
  const alive = "s.key = locked.key and s.deadline > clock_timestamp() + locked.no_time";
  const lockedMany = (arrays: string, columns: string, matches = "") => `
      input as (
        select * from unnest($1::text[], ${arrays})
        with ordinality as input (id, ${columns}, n)
      ), locked as (
        select s.key, input.*, interval '0' as no_time
        from input join ${streams} as s on s.id = input.id ${matches}
        order by s.key for update of s
      )`;
  const keys = new Map<string, number>();

  return {
    async create(id) {
      const made = await run(
        `insert into ${streams} (id, deadline) values ($1, ${inMs("$2::float8")})
        on conflict (id) do nothing returning 1`,
        id,
        FOREVER_MS,
      );
      return made.length > 0;
    },
    async claim(id) {
      const [claimed] = await run(
        `with ${lockedMany("$3::float8[]", "lease")}, claimed as (
          update ${streams} as s set status = 'streaming', deadline = ${inMs("locked.lease")}
          from locked where ${alive} and s.status = 'pending' returning locked.n, s.key
        )
        select n, key, ${notifyMany} from claimed`,
        [id],
        ["[]"],
        [FOREVER_MS],
      );
      if (claimed) keys.set(id, Number(claimed.key));
      return claimed !== undefined;
    },
    async append(id, text, close) {
      const [row] = await run(`select key, length from ${streams} where id = $1`, id);
      const written = await run(
        `with ${lockedMany(
          "$3::bigint[], $4::bigint[], $5::bytea[], $6::float8[], $7::text[], $8::text[]",
          "epoch, at, bytes, lease, status, error",
          "and s.key = input.epoch",
        )}, written as (
          update ${streams} as s set
            length = s.length + octet_length(locked.bytes),
            status = coalesce(locked.status, s.status),
            error = locked.error,
            deadline = case when locked.status is null then ${inMs("locked.lease")} end,
            ended_at = case when locked.status is not null then clock_timestamp() end
          from locked
          where ${alive} and s.status = 'streaming' and s.length = locked.at
          returning locked.n, s.key, s.stop_requested, locked.at, locked.bytes
        ), stored as (
          insert into ${chunks} (stream, at, bytes)
          select key, at, bytes from written where octet_length(bytes) > 0
        )
        select n, stop_requested, ${notifyMany} from written`,
        [id],
        ["[]"],
        [keys.get(id) ?? row?.key ?? 0],
        [row?.length ?? 0],
        [Buffer.from(text)],
        [FOREVER_MS],
        [close?.status ?? null],
        [close?.error ?? null],
      );
      return written.length > 0;
    },
    async delete(id) {
      await run(`delete from ${streams} where id = $1 returning 1`, id);
    },
    async lapse(id) {
      await run(`update ${streams} set deadline = now() - interval '1 hour' where id = $1`, id);
    },
    async raiseVersion() {
      await run(`update ${prefix}versions set version = 99`);
    },
    close: () => pool.end(),
  };
}
