import { TOMBSTONE_MS } from "../../options/store.ts";
import { type Script, script } from "./script.ts";

// Each step of the store is one script, so it is atomic. A stream is two keys of one hash slot:
// KEYS[1] a hash (status, length, token, producers, deadline, stop, error, message, reason, tags,
// made, created, ended), KEYS[2] its text as bytes. KEYS[3] is there for a while after it was deleted.
// (A server of layout 1 knows its claim by a field `epoch`, and goes on with its own streams.)
// All times are Redis' own, in ms. ARGV[1] is the origin (the store object that runs the script),
// ARGV[2] the channel to notify, ARGV[3] how long an ended stream is kept, in ms ("0": until it is
// swept).
const prelude = `
local key, text, tombstone = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function notify(change)
  redis.call('PUBLISH', ARGV[2], ARGV[1] .. ' ' .. change)
end

local function finish(status, err, message, reason, ended)
  redis.call('HSET', key, 'status', status, 'error', err, 'ended', ended)
  if message ~= '' then redis.call('HSET', key, 'message', message) end
  if reason ~= '' then redis.call('HSET', key, 'reason', reason) end
  redis.call('HDEL', key, 'deadline')
  if ARGV[3] ~= '0' then
    redis.call('PEXPIRE', key, ARGV[3])
    redis.call('PEXPIRE', text, ARGV[3])
    redis.call('SET', tombstone, '1', 'PX', ARGV[3] + ${TOMBSTONE_MS})
  end
end

-- The stream as of now. A lease that ran out is made final by the first script that sees it.
local function load()
  local v = redis.call('HMGET', key, 'status', 'length', 'token', 'deadline', 'stop', 'error', 'ended',
    'message', 'reason', 'producers', 'tags', 'made')
  if not v[1] then return nil end
  local s = {
    status = v[1], length = tonumber(v[2]), token = v[3], stop = v[5] == '1',
    error = v[6] or '', ended = tonumber(v[7] or '0'),
    message = v[8] or '', reason = v[9] or '', producers = tonumber(v[10] or '0'),
    tags = v[11] or '', made = v[12] or ''
  }
  -- If Redis has evicted the text, the stream is gone: half of a stream is never shown.
  if redis.call('STRLEN', text) ~= s.length then
    redis.call('DEL', key, text)
    notify('control')
    return nil
  end
  if v[4] and tonumber(v[4]) <= now then
    s.reason = s.stop and '' or s.status == 'pending' and 'undriven' or 'crash'
    s.status, s.ended, s.settled = s.stop and 'stopped' or 'timeout', tonumber(v[4]), true
    finish(s.status, '', '', s.reason, s.ended)
    notify('control')
  end
  return s
end

local function record(s)
  return { s.status, s.length, s.error, s.message, s.reason, s.producers, s.tags }
end

local function make(deadline, tags, made)
  redis.call('DEL', text, tombstone)
  redis.call('HSET', key, 'status', 'pending', 'length', 0, 'deadline', deadline, 'created', now)
  if tags ~= '' then redis.call('HSET', key, 'tags', tags, 'made', made) end
end

local function bury()
  redis.call('DEL', key)
  redis.call('UNLINK', text)
  redis.call('SET', tombstone, '1', 'PX', ${TOMBSTONE_MS})
  notify('control')
end
`;

/** A script about one stream. */
function streamScript(body: string): Script {
  return script(prelude + body);
}

/**
 * The scripts about one stream.
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
export const scripts = {
  /** ARGV[4] how long it may stay unclaimed, in ms, [5] its tags as JSON, or "", [6] a word of its own. */
  create: streamScript(`
if redis.call('EXISTS', key) == 1 then return 0 end
make(now + ARGV[4], ARGV[5], ARGV[6])
return 1`),

  /**
   * ARGV[4] token, [5] lease, [6] "create" to make it if it is not there, [7] its tags then, as JSON,
   * or "". A second claim with the same token is the first one again: its answer was lost. Returns the
   * record, and which creation made it.
   */
  claim: streamScript(`
local s = load()
if not s then
  if ARGV[6] ~= 'create' or redis.call('EXISTS', tombstone) == 1 then return false end
  make(now + ARGV[5], ARGV[7], ARGV[4])
  s = load()
end
if s.status == 'pending' then
  s.producers = s.producers + 1
  redis.call('HSET', key, 'status', 'streaming', 'token', ARGV[4], 'producers', s.producers,
    'deadline', now + ARGV[5])
  notify('text')
elseif s.status ~= 'streaming' or s.token ~= ARGV[4] then
  return { 'refused', record(s), s.made }
end
return { 'claimed', record(s), s.made }`),

  /**
   * ARGV[4] token, [5] offset, [6] lease, [7] text, [8] closing status or "", [9] its error, [10]
   * message and [11] reason, or "".
   */
  append: streamScript(`
local s = load()
if not s then return 'gone' end
if s.token ~= ARGV[4] then return 'lost' end
local offset, bytes, status, err = tonumber(ARGV[5]), ARGV[7], ARGV[8], ARGV[9]
local message, reason = ARGV[10], ARGV[11]
local length = offset + #bytes
if s.status == 'streaming' and s.length == offset then
  if #bytes > 0 then redis.call('APPEND', text, bytes) end
  if status == '' then
    redis.call('HSET', key, 'length', length, 'deadline', now + ARGV[6])
  else
    redis.call('HSET', key, 'length', length)
    finish(status, err, message, reason, now)
  end
  notify('text')
  return s.stop and 'stop' or 'ok'
end
-- The answer to this same append was lost: repeat it.
local ended = status == '' and s.status == 'streaming'
  or status ~= '' and s.status == status and s.error == err and s.message == message
  and s.reason == reason and not s.settled
if ended and s.length == length
  and (#bytes == 0 or redis.call('GETRANGE', text, offset, length - 1) == bytes) then
  return s.stop and 'stop' or 'ok'
end
return 'lost'`),

  /** ARGV[4] token, [5] lease. */
  renew: streamScript(`
local s = load()
if not s then return 'gone' end
if s.token ~= ARGV[4] or s.status ~= 'streaming' then return 'lost' end
redis.call('HSET', key, 'deadline', now + ARGV[5])
return s.stop and 'stop' or 'ok'`),

  status: streamScript(`
local s = load()
return s and record(s)`),

  /** ARGV[4] first byte, [5] last byte. */
  read: streamScript(`
local s = load()
if not s then return false end
return { record(s), redis.call('GETRANGE', text, ARGV[4], ARGV[5]) }`),

  stop: streamScript(`
local s = load()
if not s then return false end
if s.status == 'pending' then
  s.status = 'stopped'
  finish('stopped', '', '', '', now)
  notify('control')
elseif s.status == 'streaming' then
  redis.call('HSET', key, 'stop', '1')
  notify('control')
end
return record(s)`),

  /** Returns its tags as JSON, or "", and which creation made it. */
  delete: streamScript(`
if redis.call('EXISTS', key) == 0 then
  redis.call('UNLINK', text)
  return false
end
local v = redis.call('HMGET', key, 'tags', 'made')
bury()
return { v[1] or '', v[2] or '' }`),

  // A stream that Redis will expire has a tombstone beforehand.
  isDeleted: streamScript(`
if redis.call('EXISTS', key) == 1 then return 0 end
return redis.call('EXISTS', tombstone)`),

  /**
   * ARGV[4] how long ended streams are retained. Returns whether the stream was touched, its new
   * score in the index ('live' if it has not ended, '' if it is gone), and what `delete` returns.
   */
  sweep: streamScript(`
local s = load()
if not s then return { 0, '', '', '' } end
local touched = s.settled and 1 or 0
if s.ended == 0 then return { touched, 'live', '', '' } end
if s.ended <= now - ARGV[4] then
  bury()
  return { 1, '', s.tags, s.made }
end
return { touched, string.format('%.0f', s.ended), '', '' }`),
};
