import { createHash } from "node:crypto";

/** A Lua script, with the digest by which Redis knows it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

// Each step of the store is one script, so it is atomic. A stream is two keys of one hash slot:
// KEYS[1] a hash (status, length, epoch, deadline, stop, error, ended), KEYS[2] its text as bytes.
// All times are Redis' own, in ms. ARGV[1] is the origin (the store object that runs the script),
// ARGV[2] the channel to notify, ARGV[3] how long an ended stream is kept, in ms ("0": until it is
// swept).
const prelude = `
local key, text = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function notify(change)
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

-- The stream as of now. A lease that ran out is made final by the first script that sees it.
local function load()
  local v = redis.call('HMGET', key, 'status', 'length', 'epoch', 'deadline', 'stop', 'error', 'ended')
  if not v[1] then return nil end
  local s = {
    status = v[1], length = tonumber(v[2]), epoch = v[3], stop = v[5] == '1',
    error = v[6] or '', ended = tonumber(v[7] or '0')
  }
  -- If Redis has evicted the text, the stream is gone: half of a stream is never shown.
  if redis.call('STRLEN', text) ~= s.length then
    redis.call('DEL', key, text)
    notify('control')
    return nil
  end
  if v[4] and tonumber(v[4]) <= now then
    s.status, s.ended, s.settled = s.stop and 'stopped' or 'timeout', tonumber(v[4]), true
    finish(s.status, '', s.ended)
    notify('control')
  end
  return s
end

local function record(s)
  return { s.status, s.length, s.error }
end
`;

function script(source: string): Script {
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}

/** A script about one stream. */
function streamScript(body: string): Script {
  return script(prelude + body);
}

/**
 * The store's scripts.
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
export const scripts = {
  /** ARGV[4] how long it may stay unclaimed, in ms. */
  create: streamScript(`
if redis.call('EXISTS', key) == 1 then return 0 end
redis.call('DEL', text)
redis.call('HSET', key, 'status', 'pending', 'length', 0, 'deadline', now + ARGV[4])
return 1`),

  /** ARGV[4] epoch, [5] lease. A second claim with the same epoch is the first one again: its answer was lost. */
  claim: streamScript(`
local s = load()
if not s then return false end
if s.status == 'pending' then
  redis.call('HSET', key, 'status', 'streaming', 'epoch', ARGV[4], 'deadline', now + ARGV[5])
  notify('text')
  return { 'claimed' }
end
if s.status == 'streaming' and s.epoch == ARGV[4] then return { 'claimed' } end
return record(s)`),

  /** ARGV[4] epoch, [5] offset, [6] lease, [7] text, [8] closing status or "", [9] closing error or "". */
  append: streamScript(`
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
  notify('text')
  return s.stop and 'stop' or 'ok'
end
-- The answer to this same append was lost: repeat it.
local ended = status == '' and s.status == 'streaming'
  or status ~= '' and s.status == status and s.error == err and not s.settled
if ended and s.length == length
  and (#bytes == 0 or redis.call('GETRANGE', text, offset, length - 1) == bytes) then
  return s.stop and 'stop' or 'ok'
end
return 'lost'`),

  /** ARGV[4] epoch, [5] lease. */
  renew: streamScript(`
local s = load()
if not s then return 'gone' end
if s.epoch ~= ARGV[4] or s.status ~= 'streaming' then return 'lost' end
redis.call('HSET', key, 'deadline', now + ARGV[5])
return s.stop and 'stop' or 'ok'`),

  status: streamScript(`
local s = load()
return s and record(s)`),

  /** ARGV[4] first byte, [5] last byte. */
  read: streamScript(`
local s = load()
if not s then return false end
local r = record(s)
r[4] = redis.call('GETRANGE', text, ARGV[4], ARGV[5])
return r`),

  stop: streamScript(`
local s = load()
if not s then return false end
if s.status == 'pending' then
  s.status = 'stopped'
  finish('stopped', '', now)
  notify('control')
elseif s.status == 'streaming' then
  redis.call('HSET', key, 'stop', '1')
  notify('control')
end
return record(s)`),

  delete: streamScript(`
local there = redis.call('DEL', key)
redis.call('UNLINK', text)
if there == 1 then notify('control') end
return there`),

  /**
   * ARGV[4] how long ended streams are retained. Returns whether the stream was touched, and its new
   * score in the index: 'live' if it has not ended, '' if it is gone.
   */
  sweep: streamScript(`
local s = load()
if not s then return { 0, '' } end
local touched = s.settled and 1 or 0
if s.ended == 0 then return { touched, 'live' } end
if s.ended <= now - ARGV[4] then
  redis.call('DEL', key)
  redis.call('UNLINK', text)
  notify('control')
  return { 1, '' }
end
return { touched, string.format('%.0f', s.ended) }`),

  // The index is a sorted set in a slot of its own. A stream enters it before it is created, with
  // the negative time of that as its score. The score of an ended stream is the time of its end. So
  // a sweep finds the live streams and the old ones in one range.

  /** KEYS[1] index, ARGV[1] id. */
  enlist: script(`
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], -(time[1] * 1000 + math.floor(time[2] / 1000)), ARGV[1])`),

  /** KEYS[1] index, ARGV[1] retention, [2] how many to skip, [3] how many at most. */
  due: script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local old = math.max(now - ARGV[1], 0)
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', old, 'WITHSCORES', 'LIMIT', ARGV[2], ARGV[3])`),

  /**
   * KEYS[1] index, ARGV[1] id, [2] the score that was read, [3] the new one, or "" to remove the
   * entry, [4] "unseen" if the stream did not exist. An entry whose score has changed since is left
   * alone. So is an entry of the last hour without a stream: it may be about to be created.
   */
  relist: script(`
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] ~= '' then return redis.call('ZADD', KEYS[1], 'CH', ARGV[3], ARGV[1]) end
local time = redis.call('TIME')
if ARGV[4] == 'unseen' and tonumber(score) < 0 and time[1] * 1000 + tonumber(score) < 3600000 then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])`),
};
