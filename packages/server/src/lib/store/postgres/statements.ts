import type { Names } from "./names.ts";

export type Statements = ReturnType<typeof statements>;

/**
 * Makes the store's statements. All times are Postgres' own, by `clock_timestamp()` and not `now()`:
 * a statement that waited for a lock must see that a lease ran out meanwhile. For the same reason
 * each statement locks its row first, and compares the time in the join with the locked row. An
 * UPDATE by itself compares, then waits, and compares again only if the row was changed.
 * @see https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 */
export function statements({ streams, chunks, channel }: Names) {
  const record = "status, length, error, stop_requested, deadline <= clock_timestamp() as due";
  const inMs = (value: string) => `clock_timestamp() + ${value} * interval '1 millisecond'`;
  const runOut = `
    status = case when stop_requested then 'stopped' else 'timeout' end,
    ended_at = deadline,
    deadline = null`;
  const locked = `
      locked as (select key, interval '0' as no_time from ${streams} where id = $1 for update)`;
  const alive = "s.key = locked.key and s.deadline > clock_timestamp() + locked.no_time";
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
    create: `
      insert into ${streams} (id, deadline) values ($1, ${inMs("$2::float8")})
      on conflict (id) do nothing returning 1`,

    // These change many streams at once. A stream whose place `n` is not returned was refused.

    /** $1 ids, $2 payloads, $3 leases. */
    claim: `
      with ${lockedMany("$3::float8[]", "lease")}, claimed as (
        update ${streams} as s set status = 'streaming', deadline = ${inMs("locked.lease")}
        from locked where ${alive} and s.status = 'pending' returning locked.n, s.key
      )
      select n, key, ${notifyMany} from claimed`,

    /** $1 ids, $2 epochs, $3 leases. */
    renew: `
      with ${lockedMany("$2::bigint[], $3::float8[]", "epoch, lease", "and s.key = input.epoch")}
      update ${streams} as s set deadline = ${inMs("locked.lease")}
      from locked where ${alive} and s.status = 'streaming'
      returning locked.n, s.stop_requested`,

    /**
     * Text, lease, end and notification in one transaction.
     * $1 ids, $2 payloads, $3 epochs, $4 offsets, $5 texts, $6 leases, $7 and $8 closes.
     */
    append: `
      with ${lockedMany(
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

    /** What an append that wrote nothing needs to know: $1 id, $2 epoch, $3 offset, $4 text. */
    unwritten: `
      select ${record}, key = $2 as mine,
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
        from locked where ${alive} returning s.status, s.length, s.error
      )
      select *, ${notify("$2")} from stopped`,

    delete: `
      with deleted as (delete from ${streams} where id = $1 returning 1)
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

    sweepOld: `
      with old as (
        select key from ${streams}
        where ended_at <= clock_timestamp() - $2::float8 * interval '1 millisecond'
        limit 1000 for update skip locked
      ), deleted as (
        delete from ${streams} where key in (select key from old) returning id
      )
      select id, ${notify("json_build_array($1::text, 'control', id)::text")} from deleted`,
  };
}
