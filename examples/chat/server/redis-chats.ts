import type { Chats, Conversation, Turn } from "./chats.ts";

/** The part of a client of npm's `redis` that is used here. */
export interface Redis {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  del(keys: string | string[]): Promise<unknown>;
  hGetAll(key: string): Promise<Record<string, string>>;
  hSet(key: string, fields: Record<string, string>): Promise<unknown>;
  zAdd(key: string, member: { score: number; value: string }): Promise<unknown>;
  zRange(key: string, from: number, to: number, options: { REV: true }): Promise<string[]>;
  rPush(key: string, value: string): Promise<unknown>;
  lRange(key: string, from: number, to: number): Promise<string[]>;
}

const key = {
  conversation: (id: string) => `chat:conversation:${id}`,
  owner: (owner: string) => `chat:owner:${owner}`,
  turns: (id: string) => `chat:turns:${id}`,
  /** A turn's current stream. It changes when the answer is regenerated. */
  answer: (turn: string) => `chat:answer:${turn}`,
  stream: (stream: string) => `chat:stream:${stream}`,
};

/** Stores conversations in Redis. The caller closes the client. */
export function redisChats(redis: Redis): Chats {
  async function find(id: string): Promise<Conversation | undefined> {
    const { owner, title = "", shared } = await redis.hGetAll(key.conversation(id));
    return owner === undefined ? undefined : { id, owner, title, shared: shared === "1" };
  }

  async function answer(conversation: string, turn: string, stream: string): Promise<void> {
    await redis.set(key.stream(stream), conversation);
    await redis.set(key.answer(turn), stream);
  }

  async function turns(conversation: string): Promise<Turn[]> {
    const rows = await redis.lRange(key.turns(conversation), 0, -1);
    return Promise.all(
      rows.map(async (row) => {
        const { id, prompt }: Omit<Turn, "stream"> = JSON.parse(row);
        return { id, prompt, stream: (await redis.get(key.answer(id))) ?? "" };
      }),
    );
  }

  return {
    find,
    turns,
    async list(owner) {
      const ids = await redis.zRange(key.owner(owner), 0, -1, { REV: true });
      const found = await Promise.all(ids.map(find));
      return found.filter((one) => one !== undefined).filter(({ title }) => title !== "");
    },
    async create({ id, owner, title, shared }) {
      await redis.hSet(key.conversation(id), { owner, title, shared: shared ? "1" : "0" });
      await redis.zAdd(key.owner(owner), { score: Date.now(), value: id });
    },
    async findByStream(stream) {
      const id = await redis.get(key.stream(stream));
      return id === null ? undefined : find(id);
    },
    async update(id, { title, shared }) {
      if (title !== undefined) await redis.hSet(key.conversation(id), { title });
      if (shared !== undefined) {
        await redis.hSet(key.conversation(id), { shared: shared ? "1" : "0" });
      }
    },
    async addTurn(conversation, { id, prompt, stream }) {
      await answer(conversation, id, stream);
      await redis.rPush(key.turns(conversation), JSON.stringify({ id, prompt }));
    },
    async replaceStream(conversation, turn, stream) {
      await answer(conversation, turn.id, stream);
      await redis.del(key.stream(turn.stream));
    },
    async clear(conversation) {
      const gone = await turns(conversation);
      await redis.del([
        key.turns(conversation),
        ...gone.flatMap(({ id, stream }) => [key.answer(id), key.stream(stream)]),
      ]);
    },
    close: async () => {},
  };
}
