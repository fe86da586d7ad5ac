import { countingProxy } from "../run/counting-proxy.ts";
import { textTokens } from "../text/sample.ts";
import { convex } from "./convex.ts";
import { durable } from "./durable.ts";
import { type ReaderName, readers, type ServerName } from "./readers.ts";
import type { Counts, TextServer } from "./text-server.ts";
import { twinstream } from "./twinstream.ts";

const PACE_MS = 20;
// Leaves the readers time to connect before the first token.
const SETTLE_MS = 200;

export const situations = ["from the start", "joining half-way", "refreshing five times"] as const;
export type Situation = (typeof situations)[number];

/** One text, generated at 50 tokens/s, and its followers. */
export interface Scenario {
  readonly language: "English" | "Chinese";
  readonly bytes: number;
  /** Where in the sample the text starts, so that no two rounds are the same. */
  readonly from: number;
  readonly readers: readonly ReaderName[];
  readonly situations: readonly Situation[];
}

/** The measurements of one run. */
export interface Measured {
  readonly tokens: number;
  readonly textBytes: number;
  /** Bytes on the socket ÷ bytes of text. */
  readonly ratios: Readonly<Record<string, Partial<Record<Situation, number>>>>;
  /** Calls to each server's database, for all its followers together. */
  readonly counts: Readonly<Partial<Record<ServerName, Counts>>>;
}

/** A queue of batches, in the order in which they are written. */
function queue() {
  const waiting: string[] = [];
  let over = false;
  let wake = () => {};
  const put = (text?: string) => {
    if (text === undefined) over = true;
    else waiting.push(text);
    wake();
  };
  async function* taken() {
    while (!over || waiting.length > 0) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return { put, taken };
}

/** Generates a text, and counts the bytes that each follower receives. Runs in virtual and in real time. */
export async function measureBytes(scenario: Scenario): Promise<Measured> {
  const tokens = textTokens(scenario.language, scenario.bytes, scenario.from);
  const text = tokens.join("");
  const textBytes = Buffer.byteLength(text);

  const batches = queue();
  const make: Record<ServerName, () => Promise<TextServer>> = {
    ours: () => twinstream(batches.put),
    "durable-token": durable,
    "durable-batch": durable,
    convex,
  };
  const needed = new Set(scenario.readers.map((name) => readers[name].server));
  // The peer gets the batches of this server.
  if (needed.has("durable-batch")) needed.add("ours");
  const servers = new Map<ServerName, TextServer>();
  for (const name of needed) servers.set(name, await make[name]());

  const begun = performance.now();
  const due = (index: number) => begun + SETTLE_MS + index * PACE_MS;
  const wait = async (until: number) => {
    const left = until - performance.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  };
  async function* paced() {
    for (const [index, token] of tokens.entries()) {
      await wait(due(index));
      yield token;
    }
  }

  async function follow(name: ReaderName, situation: Situation): Promise<number> {
    const { server, read } = readers[name];
    const { port, id } = servers.get(server)!;
    const proxy = await countingProxy(port);
    const base = `http://127.0.0.1:${proxy.port}`;
    if (situation === "joining half-way") await wait(due(tokens.length / 2));
    if (situation === "refreshing five times") {
      for (let time = 1; time <= 5; time++) {
        const leave = new AbortController();
        void wait(due((tokens.length * time) / 6)).then(() => leave.abort());
        await read(base, id, leave.signal);
      }
    }
    const got = await read(base, id, new AbortController().signal);
    // Durable Streams' SSE loses the space at the start of a chunk. Its bytes count all the same.
    const same = (one: string) => (name.startsWith("Durable") ? one.replaceAll(" ", "") : one);
    if (same(got) !== same(text)) {
      throw new Error(`${name}, ${situation}: it read ${got.length} of ${text.length} characters.`);
    }
    await proxy.close();
    return proxy.down / textBytes;
  }

  const ratios: Record<string, Partial<Record<Situation, number>>> = {};
  const following = scenario.readers.flatMap((name) => {
    const own: Partial<Record<Situation, number>> = {};
    ratios[name] = own;
    return scenario.situations.map(async (situation) => {
      own[situation] = await follow(name, situation);
    });
  });
  const generating = [...servers].map(async ([name, server]) => {
    await server.generate(name === "durable-batch" ? batches.taken : paced);
    if (name === "ours") batches.put();
  });
  await Promise.all([...following, ...generating]);
  const counts: Partial<Record<ServerName, Counts>> = {};
  for (const [name, server] of servers) {
    if (server.counts) counts[name] = server.counts;
    await server.close();
  }
  return { tokens: tokens.length, textBytes, ratios, counts };
}
