import { compare, quantile, type Result, show, spread } from "../report/figures.ts";
import { alternate, type Case } from "../run/rounds.ts";
import { type ServerHarness, startServerHarness } from "../server/harness.ts";
import type { LoadResult, Reader } from "../server/load.ts";
import { clock } from "../text/tokens.ts";

const ROUNDS = 5;
const TOKENS = 125;
const INTERVAL_MS = 20;
const FOLLOWERS = 1000;

/** The measurements of one run. */
interface FanOutCost {
  readonly p50: number;
  readonly p99: number;
  /** Bytes on the socket, per token and follower. */
  readonly bytes: number;
  /** The server's CPU time per delivered token, in microseconds. */
  readonly cpu: number;
}

/**
 * Drives one stream at 50 tokens/s, with many followers from the start. Calls `connected`
 * when all followers are connected and nothing has been generated.
 */
async function follow(
  server: ServerHarness,
  followers: number,
  count: number,
  connected: () => Promise<unknown>,
): Promise<LoadResult> {
  // Leaves time for all to connect.
  const settle = 500 + followers / 2;
  const start = clock() + settle + 300;
  const [stream] = await server.prepare(1, { count, every: INTERVAL_MS, start });
  const due = { start, every: INTERVAL_MS, count };
  const readers: Reader[] = Array.from({ length: followers }, () => ({
    address: stream!.follow,
    due,
  }));
  readers.push({ address: stream!.drive, only: stream!.answersWithText ? undefined : "answer" });
  const loading = server.load({ readers, settle });
  await new Promise((resolve) => setTimeout(resolve, settle - 100));
  await connected();
  return loading;
}

/** Measures how late tokens reach so many followers, and what that costs. */
export async function measureFanOut(
  server: ServerHarness,
  followers: number,
  count = TOKENS,
): Promise<FanOutCost> {
  let before = 0;
  const { bytes, lags } = await follow(server, followers, count, async () => {
    before = await server.cpu();
  });
  const cpu = (await server.cpu()) - before;
  if (lags.length !== followers * count) {
    throw new Error(`${lags.length} of ${followers * count} tokens arrived.`);
  }
  const sorted = lags.toSorted((a, b) => a - b);
  return {
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    bytes: bytes / (followers * count),
    cpu: (cpu * 1000) / (followers * count),
  };
}

/** Measures the server's memory per waiting follower, in kB. */
async function memoryPerFollower(server: ServerHarness, followers: number): Promise<number> {
  const before = await server.memory();
  let connected = 0;
  await follow(server, followers, 1, async () => {
    connected = await server.memory();
  });
  return (connected - before) / 1000 / followers;
}

const entries = [
  { name: "bare, writes to all", implementation: "bare" },
  { name: "Twinstream, a flush a token", implementation: "sqlite", flush: "token" },
  { name: "Twinstream, default flush", implementation: "sqlite", flush: "default" },
  { name: "Durable Streams, SSE, memory", implementation: "durable-memory" },
] as const;

/** Measures how late tokens reach many followers of one stream, and what that costs. */
export async function fanOut(): Promise<Result> {
  const harnesses: ServerHarness[] = [];
  try {
    const results = new Map<number, Map<string, FanOutCost[]>>();
    const open = async (entry: (typeof entries)[number]) => {
      const server = await startServerHarness(
        entry.implementation,
        "flush" in entry ? { flush: entry.flush } : {},
      );
      harnesses.push(server);
      return server;
    };
    const servers = new Map<string, ServerHarness>();
    for (const entry of entries) servers.set(entry.name, await open(entry));
    for (const server of servers.values()) await measureFanOut(server, FOLLOWERS, 25);
    for (const [followers, rounds] of [
      [1, 1],
      [100, 1],
      [FOLLOWERS, ROUNDS],
    ] as const) {
      const cases = entries.map(
        ({ name }): Case<FanOutCost> => ({
          name,
          run: () => measureFanOut(servers.get(name)!, followers),
        }),
      );
      results.set(followers, await alternate(rounds, cases));
    }
    const memory = new Map<number, Map<string, number>>();
    for (const followers of [100, FOLLOWERS]) {
      const of = new Map<string, number>();
      for (const [name, server] of servers)
        of.set(name, await memoryPerFollower(server, followers));
      memory.set(followers, of);
    }

    const most = results.get(FOLLOWERS)!;
    const values = (name: string, key: keyof FanOutCost) => most.get(name)!.map((one) => one[key]);
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
        title: `Fan-out: ${followers} follower${followers === 1 ? "" : "s"} of one stream, 50 tokens/s`,
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
        note: "Lag is the time from when a token was due to its arrival. With the default flush it includes the time that text waits to be written. Memory is the JavaScript heap and buffers after garbage collection, measured in a separate run.",
      })),
      charts: [
        {
          file: "fan-out",
          title: `Lag of ${FOLLOWERS} followers at 50 tokens/s, p99`,
          unit: "ms; less is better",
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
    for (const one of harnesses) await one.end();
  }
}
