import { createHash } from "node:crypto";
import type { Script } from "./shape.ts";

/**
 * Each step of the store is one script, so it is atomic. A stream is two keys of one hash slot:
 * KEYS[1] a hash (status, length, epoch, deadline, stop, error, ended), KEYS[2] its text as bytes.
 * All times are Redis' own, in ms. ARGV[1] is the store object that asks, ARGV[2] the channel to
 * tell, ARGV[3] how long an ended stream is kept, in ms ("0": until it is swept).
 */
const prelude = `
local key, text = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function tell(change)
  redis.call('PUBLISH', ARGV[2], ARGV[1] .. ' ' .. change)
end

local function finish(status, err, ended)
  redis.call('HSET', key, 'status', status, 'error', err, 'ended', ended)
  redis.call('HDEL', key, 'deadline')
  if ARGV[3] ~= '0' then
    redis.call('PEXPIRE', key, ARGV[3])
    redis.call('PEXPIRE', text, ARGV[3])
  end
end

-- The stream as of now: a lease that ran out is made final by whoever sees it first.
local function load()
  local v = redis.call('HMGET', key, 'status', 'length', 'epoch', 'deadline', 'stop', 'error', 'ended')
  if not v[1] then return nil end
  local s = {
    status = v[1], length = tonumber(v[2]), epoch = v[3], stop = v[5] == '1',
    error = v[6] or '', ended = tonumber(v[7] or '0')
  }
  -- A stream whose text Redis has evicted is no stream any more: half of one is not shown.
  if redis.call('STRLEN', text) ~= s.length then
    redis.call('DEL', key, text)
    tell('control')
    return nil
  end
  if v[4] and tonumber(v[4]) <= now then
    s.status, s.ended, s.settled = s.stop and 'stopped' or 'timeout', tonumber(v[4]), true
    finish(s.status, '', s.ended)
    tell('control')
  end
  return s
end

local function record(s)
  return { s.status, s.length, s.error }
end
`;

function script(body: string): Script {
  const source = prelude + body;
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}

function plain(source: string): Script {
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}

export const scripts = {
  /** ARGV[4] how long it may stay unclaimed. */
  create: script(`
if redis.call('EXISTS', key) == 1 then return 0 end
redis.call('DEL', text)
redis.call('HSET', key, 'status', 'pending', 'length', 0, 'deadline', now + ARGV[4])
return 1`),

  /** ARGV[4] epoch, [5] lease. The same epoch again is the same claim, whose answer was lost. */
  claim: script(`
local s = load()
if not s then return false end
if s.status == 'pending' then
  redis.call('HSET', key, 'status', 'streaming', 'epoch', ARGV[4], 'deadline', now + ARGV[5])
  tell('text')
  return { 'claimed' }
end
if s.status == 'streaming' and s.epoch == ARGV[4] then return { 'claimed' } end
return record(s)`),

  /** ARGV[4] epoch, [5] offset, [6] lease, [7] text, [8] closing status or "", [9] closing error or "". */
  append: script(`
local s = load()
if not s then return 'gone' end
if s.epoch ~= ARGV[4] then return 'lost' end
local offset, bytes, status, err = tonumber(ARGV[5]), ARGV[7], ARGV[8], ARGV[9]
local length = offset + #bytes
if s.status == 'streaming' and s.length == offset then
  if #bytes > 0 then redis.call('APPEND', text, bytes) end
  if status == '' then
    redis.call('HSET', key, 'length', length, 'deadline', now + ARGV[6])
  else
    redis.call('HSET', key, 'length', length)
    finish(status, err, now)
  end
  tell('text')
  return s.stop and 'stop' or 'ok'
end
-- The answer to the same append was lost: it is said again.
local ended = status == '' and s.status == 'streaming'
  or status ~= '' and s.status == status and s.error == err and not s.settled
if ended and s.length == length
  and (#bytes == 0 or redis.call('GETRANGE', text, offset, length - 1) == bytes) then
  return s.stop and 'stop' or 'ok'
end
return 'lost'`),

  /** ARGV[4] epoch, [5] lease. */
  renew: script(`
local s = load()
if not s then return 'gone' end
if s.epoch ~= ARGV[4] or s.status ~= 'streaming' then return 'lost' end
redis.call('HSET', key, 'deadline', now + ARGV[5])
return s.stop and 'stop' or 'ok'`),

  status: script(`
local s = load()
return s and record(s)`),

  /** ARGV[4] first byte, [5] last byte. */
  read: script(`
local s = load()
if not s then return false end
local r = record(s)
r[4] = redis.call('GETRANGE', text, ARGV[4], ARGV[5])
return r`),

  stop: script(`
local s = load()
if not s then return false end
if s.status == 'pending' then
  s.status = 'stopped'
  finish('stopped', '', now)
  tell('control')
elseif s.status == 'streaming' then
  redis.call('HSET', key, 'stop', '1')
  tell('control')
end
return record(s)`),

  delete: script(`
local there = redis.call('DEL', key)
redis.call('UNLINK', text)
if there == 1 then tell('control') end
return there`),

  /**
   * ARGV[4] how long ended streams are retained. Returns whether it was touched, and when it is to
   * be looked at again, as the index orders it: '' where it is gone.
   */
  sweep: script(`
local s = load()
if not s then return { 0, '' } end
local touched = s.settled and 1 or 0
if s.ended == 0 then return { touched, 'live' } end
if s.ended <= now - ARGV[4] then
  redis.call('DEL', key)
  redis.call('UNLINK', text)
  tell('control')
  return { 1, '' }
end
return { touched, string.format('%.0f', s.ended) }`),

  // The index is a sorted set of its own slot. A stream enters it before it is created, with minus
  // the time of that as its score; one that has ended has the time of its end. So a sweep looks at
  // those that live, and those that are old.

  /** KEYS[1] index, ARGV[1] id. */
  enlist: plain(`
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], -(time[1] * 1000 + math.floor(time[2] / 1000)), ARGV[1])`),

  /** KEYS[1] index, ARGV[1] retention, [2] how many to pass over, [3] how many at most. */
  due: plain(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local old = math.max(now - ARGV[1], 0)
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', old, 'WITHSCORES', 'LIMIT', ARGV[2], ARGV[3])`),

  /**
   * KEYS[1] index, ARGV[1] id, [2] the score that was seen, [3] the new one, or "" to remove it, [4]
   * "unseen" where the stream was not there. One whose score has changed since is left alone; so is
   * one that was enlisted in the last hour and is not there, as it may be about to be created.
   */
  relist: plain(`
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] ~= '' then return redis.call('ZADD', KEYS[1], 'CH', ARGV[3], ARGV[1]) end
local time = redis.call('TIME')
if ARGV[4] == 'unseen' and tonumber(score) < 0 and time[1] * 1000 + tonumber(score) < 3600000 then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])`),
};
