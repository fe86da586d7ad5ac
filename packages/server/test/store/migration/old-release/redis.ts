import { createClient } from "redis";
import { FOREVER_MS, type OldServer, saved } from "./old-server.ts";

// The scripts of that release.
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

local function load()
  local v = redis.call('HMGET', key, 'status', 'length', 'epoch', 'deadline', 'stop', 'error', 'ended')
  if not v[1] then return nil end
  local s = {
    status = v[1], length = tonumber(v[2]), epoch = v[3], stop = v[5] == '1',
    error = v[6] or '', ended = tonumber(v[7] or '0')
  }
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
const scripts = {
  create: `${prelude}
if redis.call('EXISTS', key) == 1 then return 0 end
redis.call('DEL', text)
redis.call('HSET', key, 'status', 'pending', 'length', 0, 'deadline', now + ARGV[4])
return 1`,
  claim: `${prelude}
local s = load()
if not s then return false end
if s.status == 'pending' then
  redis.call('HSET', key, 'status', 'streaming', 'epoch', ARGV[4], 'deadline', now + ARGV[5])
  notify('text')
  return { 'claimed' }
end
if s.status == 'streaming' and s.epoch == ARGV[4] then return { 'claimed' } end
return record(s)`,
  append: `${prelude}
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
return 'lost'`,
  delete: `${prelude}
local there = redis.call('DEL', key)
redis.call('UNLINK', text)
if there == 1 then notify('control') end
return there`,
};

/** Writes the saved keys, with `prefix`, and opens them as a server of that release had them open. */
export async function oldRedis(url: string, prefix: string): Promise<OldServer> {
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  const commands: string[][] = JSON.parse(`${saved("redis.json")}`);
  for (const [name, key, ...values] of commands) {
    await client.sendCommand([name!, key!.replace("twinstream:", prefix), ...values]);
  }
  const epochs = new Map<string, string>();
  const keyOf = (id: string) => `${prefix}{${id}}`;
  const run = (script: string, id: string, ...args: string[]) =>
    client.eval(script, {
      keys: [keyOf(id), `${keyOf(id)}:text`],
      arguments: ["old", keyOf(id), "0", ...args],
    });

  return {
    create: async (id) => {
      await client.zAdd(`${prefix}index`, { score: -Date.now(), value: id });
      return (await run(scripts.create, id, `${FOREVER_MS}`)) === 1;
    },
    async claim(id) {
      const epoch = `${1 + Math.floor(Math.random() * 2 ** 47)}`;
      const reply = await run(scripts.claim, id, epoch, `${FOREVER_MS}`);
      const claimed = Array.isArray(reply) && reply[0] === "claimed";
      if (claimed) epochs.set(id, epoch);
      return claimed;
    },
    async append(id, text, close) {
      const [epoch, length] = await client.hmGet(keyOf(id), ["epoch", "length"]);
      const held = epochs.get(id) ?? epoch ?? "";
      const end = [close?.status ?? "", close?.error ?? ""];
      const values = [held, length ?? "0", `${FOREVER_MS}`, text, ...end];
      return (await run(scripts.append, id, ...values)) !== "lost";
    },
    async delete(id) {
      await run(scripts.delete, id);
    },
    async lapse(id) {
      await client.hSet(keyOf(id), "deadline", "1");
    },
    async raiseVersion() {
      await client.set(`${prefix}schema`, "99");
    },
    close: async () => client.destroy(),
  };
}
