import { compare, quantile, type Result, show, spread } from "../lib/figures.ts";
import { type Rig, rig } from "../lib/rig.ts";
import { alternate, type Contender } from "../lib/rounds.ts";
import { clock } from "../lib/tokens.ts";
import type { LoadResult, Reader } from "../server/load.ts";

const ROUNDS = 5;
const TOKENS = 125;
const EVERY = 20;
const FOLLOWERS = 1000;

/** What one run came to. */
interface Fan {
  readonly p50: number;
  readonly p99: number;
  /** On the socket, a token and follower. */
  readonly bytes: number;
  /** Of the server's CPU, in microseconds a delivered token. */
  readonly cpu: number;
}

/**
 * One stream, driven at 50 tokens a second, and many who follow it from the start; `connected` is
 * called when all are there and nothing has been generated.
 */
async function follow(
  server: Rig,
  followers: number,
  count: number,
  connected: () => Promise<unknown>,
): Promise<LoadResult> {
  // Time for all to connect.
  const settle = 500 + followers / 2;
  const start = clock() + settle + 300;
  const [stream] = await server.prepare(1, { count, every: EVERY, start });
  const due = { start, every: EVERY, count };
  const readers: Reader[] = Array.from({ length: followers }, () => ({
    address: stream!.follow,
    due,
  }));
  readers.push({ address: stream!.drive, only: stream!.drives ? undefined : "answer" });
  const loading = server.load({ readers, settle });
  await new Promise((resolve) => setTimeout(resolve, settle - 100));
  await connected();
  return loading;
}

/** How late tokens come to so many, and what that costs. */
export async function fan(server: Rig, followers: number, count = TOKENS): Promise<Fan> {
  let before = 0;
  const { bytes, lags } = await follow(server, followers, count, async () => {
    before = await server.cpu();
  });
  const cpu = (await server.cpu()) - before;
  if (lags.length !== followers * count) {
    throw new Error(`${lags.length} of ${followers * count} tokens came.`);
  }
  const sorted = lags.toSorted((a, b) => a - b);
  return {
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    bytes: bytes / (followers * count),
    cpu: (cpu * 1000) / (followers * count),
  };
}

/** What a follower that waits holds of the server's memory, in kB. */
async function held(server: Rig, followers: number): Promise<number> {
  const before = await server.memory();
  let connected = 0;
  await follow(server, followers, 1, async () => {
    connected = await server.memory();
  });
  return (connected - before) / 1000 / followers;
}

const entries = [
  { name: "bare, writes to all", contender: "bare" },
  { name: "Twinstream, a flush a token", contender: "sqlite", flush: "token" },
  { name: "Twinstream, default flush", contender: "sqlite", flush: "default" },
  { name: "Durable Streams, SSE, memory", contender: "durable-memory" },
] as const;

/** How late tokens come to many followers of one stream, and what it costs. */
export async function fanOut(): Promise<Result> {
  const rigs: Rig[] = [];
  try {
    const results = new Map<number, Map<string, Fan[]>>();
    const open = async (entry: (typeof entries)[number]) => {
      const server = await rig(entry.contender, "flush" in entry ? { flush: entry.flush } : {});
      rigs.push(server);
      return server;
    };
    const servers = new Map<string, Rig>();
    for (const entry of entries) servers.set(entry.name, await open(entry));
    for (const server of servers.values()) await fan(server, FOLLOWERS, 25);
    for (const [followers, rounds] of [
      [1, 1],
      [100, 1],
      [FOLLOWERS, ROUNDS],
    ] as const) {
      const contenders = entries.map(
        ({ name }): Contender<Fan> => ({
          name,
          run: () => fan(servers.get(name)!, followers),
        }),
      );
      results.set(followers, await alternate(rounds, contenders));
    }
    const memory = new Map<number, Map<string, number>>();
    for (const followers of [100, FOLLOWERS]) {
      const of = new Map<string, number>();
      for (const [name, server] of servers) of.set(name, await held(server, followers));
      memory.set(followers, of);
    }

    const most = results.get(FOLLOWERS)!;
    const values = (name: string, key: keyof Fan) => most.get(name)!.map((one) => one[key]);
    const [bare, token, , durable] = entries.map(({ name }) => name) as [
      string,
      string,
      string,
      string,
    ];
    const title = `Fan-out, ${FOLLOWERS} followers, a flush a token`;
    return {
      figures: [
        compare(
          `${title}: lag p99`,
          "ms",
          values(token, "p99"),
          { name: bare, values: values(bare, "p99") },
          { atMost: 2, of: "ratio" },
        ),
        compare(
          `${title}: lag p99`,
          "ms",
          values(token, "p99"),
          { name: durable, values: values(durable, "p99") },
          { atMost: 0.5, of: "ratio" },
        ),
        compare(
          `${title}: bytes a token and follower`,
          "bytes",
          values(token, "bytes"),
          { name: bare, values: values(bare, "bytes") },
          { atMost: 25, of: "ours" },
        ),
        compare(`${title}: CPU a delivered token`, "µs", values(token, "cpu"), {
          name: bare,
          values: values(bare, "cpu"),
        }),
      ],
      tables: [...results].map(([followers, of]) => ({
        title: `Fan-out: ${followers} follower${followers === 1 ? "" : "s"} of one stream, 50 tokens a second`,
        columns: [
          "",
          "lag p50, ms",
          "lag p99, ms",
          "bytes a token",
          "CPU a token, µs",
          "memory a follower, kB",
        ],
        rows: [...of].map(([name, fans]) => [
          `${show(followers)} follower${followers === 1 ? "" : "s"}: ${name}`,
          ...(["p50", "p99", "bytes", "cpu"] as const).map((key) =>
            show(spread(fans.map((one) => one[key])).median),
          ),
          followers === 1 ? "–" : show(memory.get(followers)!.get(name)!),
        ]),
        note: "Lag is taken from the time that each token was due. With the default flush it holds the time that text waits to be written. Memory is what JavaScript holds, garbage collected, in a run of its own.",
      })),
      charts: [
        {
          file: "fan-out",
          title: `Lag of ${FOLLOWERS} followers at 50 tokens a second, p99`,
          unit: "ms, less is better",
          logarithmic: true,
          bars: entries.map(({ name }) => ({
            label: name,
            value: spread(values(name, "p99")).median,
            ours: name.startsWith("Twinstream"),
          })),
        },
      ],
    };
  } finally {
    for (const one of rigs) await one.end();
  }
}
