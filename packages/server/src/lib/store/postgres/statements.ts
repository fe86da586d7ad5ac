import { TOMBSTONE_MS } from "../../options/store.ts";
import type { Names } from "./names.ts";

export type Statements = ReturnType<typeof statements>;

/**
 * Makes the store's statements. All times are Postgres' own, by `clock_timestamp()` and not `now()`:
 * a statement that waited for a lock must see that a lease ran out meanwhile. For the same reason
 * each statement locks its row first, and compares the time in the join with the locked row. An
 * UPDATE by itself compares, then waits, and compares again only if the row was changed.
 * @see https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 */
export function statements({ streams, chunks, tombstones, channel }: Names) {
  const fields = "status, length, epoch, error, error_message, reason, tags";
  const record = `${fields}, token, stop_requested, deadline <= clock_timestamp() as due`;
  const inMs = (value: string) => `clock_timestamp() + ${value} * interval '1 millisecond'`;
  const runOut = `
    status = case when stop_requested then 'stopped' else 'timeout' end,
    reason = case
      when stop_requested then null when status = 'pending' then 'undriven' else 'crash'
    end,
    ended_at = deadline,
    deadline = null`;
  const locked = `
      locked as (select key, interval '0' as no_time from ${streams} where id = $1 for update)`;
  const alive = "s.key = locked.key and s.deadline > clock_timestamp() + locked.no_time";
  /** Remembers the streams that `deleted` returns. */
  const bury = `
      buried as (
        insert into ${tombstones} (id, until)
        select id, ${inMs(`${TOMBSTONE_MS}`)} from deleted order by id
        on conflict (id) do update set until = excluded.until
      )`;
  // Postgres delivers it when the statement commits, and only then.
  const notify = (payload: string) => `pg_notify('${channel}', ${payload})`;

  // Evaluated once, and only if the statement changes a row.
  const notifyMany = `(select count(${notify("payload")}) from unnest($2::text[]) as payload)`;
  // Locked in the order of keys, so that statements that share rows cannot deadlock.
  const lockedMany = (arrays: string, columns: string, matches = "") => `
      input as (
        select * from unnest($1::text[], ${arrays})
        with ordinality as input (id, ${columns}, n)
      ), locked as (
        select s.key, input.*, interval '0' as no_time
        from input join ${streams} as s on s.id = input.id ${matches}
        order by s.key for update of s
      )`;

  return {
    /** $1 id, $2 milliseconds to its deadline, $3 tags. */
    create: `
      with created as (
        insert into ${streams} (id, deadline, tags)
        values ($1, ${inMs("$2::float8")}, $3::text[])
        on conflict (id) do nothing returning id
      ), forgotten as (
        delete from ${tombstones} where id in (select id from created)
      )
      select id from created`,

    /** A stream that is made and claimed in one step: $1 id, $2 payload, $3 token, $4 lease, $5 tags. */
    createClaimed: `
      with made as (
        insert into ${streams} (id, status, epoch, token, deadline, tags)
        select $1, 'streaming', 1, $3, ${inMs("$4::float8")}, $5::text[]
        where not exists (
          select from ${tombstones} where id = $1 and until > clock_timestamp()
        )
        on conflict (id) do nothing returning epoch, tags
      )
      select *, ${notify("$2")} from made`,

    /**
     * Takes back what `createClaimed` has made if a deletion was under way meanwhile, which it could
     * not see: $1 id, $2 payload, $3 token.
     */
    takeBack: `
      with gone as (
        delete from ${streams} where id = $1 and token = $3 and exists (
          select from ${tombstones} where id = $1 and until > clock_timestamp()
        ) returning 1
      )
      select ${notify("$2")} from gone`,

    /** A server of schema 2 leaves the tombstone of a stream that it creates again. */
    isDeleted: `
      select 1 from ${tombstones} where id = $1 and until > clock_timestamp()
      and not exists (select from ${streams} where id = $1)`,

    // These change many streams at once. A stream whose place `n` is not returned was refused.

    /** $1 ids, $2 payloads, $3 tokens, $4 leases. */
    claim: `
      with ${lockedMany("$3::text[], $4::float8[]", "token, lease")}, claimed as (
        update ${streams} as s set
          status = 'streaming',
          epoch = s.epoch + 1,
          token = locked.token,
          deadline = ${inMs("locked.lease")}
        from locked where ${alive} and s.status = 'pending'
        returning locked.n, s.epoch, s.tags
      )
      select n, epoch, tags, ${notifyMany} from claimed`,

    /** $1 ids, $2 tokens, $3 leases. */
    renew: `
      with ${lockedMany("$2::text[], $3::float8[]", "token, lease", "and s.token = input.token")}
      update ${streams} as s set deadline = ${inMs("locked.lease")}
      from locked where ${alive} and s.status = 'streaming'
      returning locked.n, s.stop_requested`,

    /**
     * Text, lease, end and notification in one transaction.
     * $1 ids, $2 payloads, $3 tokens, $4 offsets, $5 texts, $6 leases, $7 to $10 closes.
     */
    append: `
      with ${lockedMany(
        "$3::text[], $4::bigint[], $5::bytea[], $6::float8[], $7::text[], $8::text[], $9::bytea[], $10::text[]",
        "token, at, bytes, lease, status, error, error_message, reason",
        "and s.token = input.token",
      )}, written as (
        update ${streams} as s set
          length = s.length + octet_length(locked.bytes),
          status = coalesce(locked.status, s.status),
          error = locked.error,
          error_message = locked.error_message,
          reason = locked.reason,
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

    /** What an append that wrote nothing needs to know: $1 id, $2 token, $3 offset, $4 text. */
    unwritten: `
      select ${record}, coalesce(token = $2, false) as mine,
        coalesce((select bytes = $4 from ${chunks} where stream = key and at = $3), false) as same
      from ${streams} where id = $1`,

    /** $1 id, $2 offset, $3 how many bytes at most. */
    read: `
      select ${record}, (
        select substring(
          string_agg(c.bytes, ''::bytea order by c.at)
          from ($2::bigint - min(c.at) + 1)::int for $3::int
        )
        from ${chunks} as c
        where c.stream = key and $2 < length and c.at < $2 + $3 and c.at >= (
          select max(first.at) from ${chunks} as first where first.stream = key and first.at <= $2
        )
      ) as bytes
      from ${streams} where id = $1`,

    status: `select ${record} from ${streams} where id = $1`,

    /** Stores that a lease ran out, before any reader sees it: from then on it can never be renewed. */
    settle: `
      with ended as (
        update ${streams} set ${runOut}
        where id = $1 and deadline <= clock_timestamp() returning 1
      )
      select ${notify("$2")} from ended`,

    stop: `
      with ${locked}, stopped as (
        update ${streams} as s set
          stop_requested = true,
          status = case s.status when 'pending' then 'stopped' else s.status end,
          ended_at = case s.status when 'pending' then clock_timestamp() end,
          deadline = case s.status when 'pending' then null else s.deadline end
        from locked where ${alive} returning ${fields
          .split(", ")
          .map((field) => `s.${field}`)
          .join(", ")}
      )
      select *, ${notify("$2")} from stopped`,

    delete: `
      with deleted as (delete from ${streams} where id = $1 returning id), ${bury}
      select ${notify("$2")} from deleted`,

    /** $1 origin of the payloads. */
    sweepRunOut: `
      with due as (
        select key from ${streams} where ended_at is null and deadline <= clock_timestamp()
        limit 1000 for update skip locked
      ), ended as (
        update ${streams} set ${runOut}
        where key in (select key from due) returning id
      )
      select id, ${notify("json_build_array($1::text, 'control', id)::text")} from ended`,

    sweepTombstones: `delete from ${tombstones} where until <= clock_timestamp()`,

    sweepOld: `
      with old as (
        select key from ${streams}
        where ended_at <= clock_timestamp() - $2::float8 * interval '1 millisecond'
        limit 1000 for update skip locked
      ), deleted as (
        delete from ${streams} where key in (select key from old) returning id
      ), ${bury}
      select id, ${notify("json_build_array($1::text, 'control', id)::text")} from deleted`,
  };
}
