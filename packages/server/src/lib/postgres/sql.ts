import type { Names } from "./shape.ts";

/**
 * The store's statements. All times are Postgres' own, by `clock_timestamp()` and not `now()`: a
 * statement that waited for a lock must see that a lease ran out meanwhile.
 */
export function statements({ streams, chunks, channel }: Names) {
  const record = "status, length, error, stop_requested, deadline <= clock_timestamp() as due";
  const inMs = (value: string) => `clock_timestamp() + ${value} * interval '1 millisecond'`;
  const runOut = `
    status = case when stop_requested then 'stopped' else 'timeout' end,
    ended_at = deadline,
    deadline = null`;
  // A statement's own changes are notified when it commits, and only then.
  const notify = (payload: string) => `pg_notify('${channel}', ${payload})`;

  return {
    create: `
      insert into ${streams} (id, deadline) values ($1, ${inMs("$2::float8")})
      on conflict (id) do nothing returning 1`,

    claim: `
      with claimed as (
        update ${streams} set status = 'streaming', deadline = ${inMs("$3::float8")}
        where id = $1 and status = 'pending' and deadline > clock_timestamp() returning key
      )
      select key, ${notify("$2")} from claimed`,

    renew: `
      update ${streams} set deadline = ${inMs("$3::float8")}
      where id = $1 and key = $2 and status = 'streaming' and deadline > clock_timestamp()
      returning stop_requested`,

    /**
     * Many appends at once: text, lease, status and notification in one transaction. Those that
     * are not returned were refused.
     * $1 ids, $2 epochs, $3 offsets, $4 texts, $5 leases, $6 and $7 closes, $8 payloads.
     */
    append: `
      with input as (
        select * from unnest(
          $1::text[], $2::bigint[], $3::bigint[], $4::bytea[], $5::float8[], $6::text[], $7::text[]
        ) with ordinality as input (id, key, at, bytes, lease, status, error, n)
      ), written as (
        update ${streams} as s set
          length = s.length + octet_length(input.bytes),
          status = coalesce(input.status, s.status),
          error = input.error,
          deadline = case when input.status is null then ${inMs("input.lease")} end,
          ended_at = case when input.status is not null then clock_timestamp() end
        from input
        where s.id = input.id and s.key = input.key and s.status = 'streaming'
          and s.deadline > clock_timestamp() and s.length = input.at
        returning input.n, s.key, s.stop_requested, input.at, input.bytes
      ), stored as (
        insert into ${chunks} (stream, at, bytes)
        select key, at, bytes from written where octet_length(bytes) > 0
      )
      select n, stop_requested,
        (select count(${notify("payload")}) from unnest($8::text[]) as payload)
      from written`,

    /** Why an append was refused: $1 id, $2 epoch, $3 offset, $4 text. */
    refused: `
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

    /** A reader who is told of a run-out lease must be told the same for ever: it is stored first. */
    settle: `
      with ended as (
        update ${streams} set ${runOut}
        where id = $1 and deadline <= clock_timestamp() returning 1
      )
      select ${notify("$2")} from ended`,

    stop: `
      with stopped as (
        update ${streams} set
          stop_requested = true,
          status = case status when 'pending' then 'stopped' else status end,
          ended_at = case status when 'pending' then clock_timestamp() end,
          deadline = case status when 'pending' then null else deadline end
        where id = $1 and deadline > clock_timestamp() returning status, length, error
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
