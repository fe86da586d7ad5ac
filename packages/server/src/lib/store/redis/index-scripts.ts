import { script } from "./script.ts";

// The index is a sorted set in a slot of its own. A stream enters it before it is created, with
// the negative time of that as its score. The score of an ended stream is the time of its end. So
// a sweep finds the live streams and the old ones in one range.

/** The scripts about the keys that stand beside the streams. */
export const indexScripts = {
  /** KEYS[1] index, ARGV[1] id. */
  enlist: script(`
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], -(time[1] * 1000 + math.floor(time[2] / 1000)), ARGV[1])`),

  /** KEYS[1] the streams of a tag, ARGV[1] the member. */
  tag: script(`return redis.call('SADD', KEYS[1], ARGV[1])`),

  /** KEYS[1] the streams of a tag, ARGV[1] the member. */
  untag: script(`return redis.call('SREM', KEYS[1], ARGV[1])`),

  /** KEYS[1] the number of the layout, ARGV[1] ours. Returns the number, raised to ours. */
  schema: script(`
local found = tonumber(redis.call('GET', KEYS[1]) or '1')
if found < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return math.max(found, tonumber(ARGV[1]))`),

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
