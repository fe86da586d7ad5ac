import { compare, type Result, show, showSpread, spread } from "../report/figures.ts";
import { alternate, type Case } from "../run/rounds.ts";
import { engines } from "../server/engines.ts";
import { drivers, type ServerHarness, startServerHarness } from "../server/harness.ts";
import type { LoadRequest, Reader } from "../server/load.ts";
import { TOKEN_BYTES } from "../text/tokens.ts";

const GENERATIONS = 200;
const TOKENS = 500;
const ROUNDS = 5;

interface Entry {
  readonly name: string;
  readonly implementation: string;
  readonly follower?: boolean;
  /** A slow server gets fewer tokens per stream: only the rate counts. */
  readonly tokens?: number;
}

const entries: readonly Entry[] = [
  { name: "bare pass-through", implementation: "bare" },
  { name: "Twinstream, SQLite", implementation: "sqlite" },
  { name: "Twinstream, SQLite, a follower each", implementation: "sqlite", follower: true },
  { name: "Twinstream, Postgres", implementation: "postgres" },
  { name: "Twinstream, Redis", implementation: "redis" },
  { name: "an INSERT a token, SQLite", implementation: "insert" },
  { name: "resumable-stream, Redis", implementation: "resumable" },
  {
    name: "resumable-stream, a follower each",
    implementation: "resumable",
    follower: true,
    tokens: 200,
  },
  {
    name: "Durable Streams, files, batching producer",
    implementation: "durable-producer",
    tokens: 6,
  },
  {
    name: "Durable Streams, files, an append a token",
    implementation: "durable-append",
    tokens: 3,
  },
];

/** Measures tokens per second with `GENERATIONS` at once. */
async function run(server: ServerHarness, { follower, tokens = TOKENS }: Entry): Promise<number> {
  const streams = await server.prepare(GENERATIONS, { count: tokens, every: 0, start: 0 });
  // A reader leaves when it has all tokens: a peer that ends its answers late is not charged for that.
  const due = { start: 0, every: 0, count: tokens };
  const readers: Reader[] = drivers(streams).map((reader) =>
    reader.only || streams[0]!.answersWithText ? reader : { ...reader, due },
  );
  if (follower) {
    streams.forEach((stream, after) => {
      // resumable-stream refuses followers after the end.
      readers.push({ address: stream.follow, after, mayBeRefused: true });
    });
  }
  const request: LoadRequest = { readers };
  const { elapsed, bytes } = await server.load(request);
  const text = GENERATIONS * tokens * TOKEN_BYTES;
  if (bytes < text) throw new Error(`Only ${bytes} of ${text} bytes of text arrived.`);
  return (GENERATIONS * tokens * 1000) / elapsed;
}

/** Measures tokens per second through each server, relative to a pass-through that stores nothing. */
export async function server(): Promise<Result> {
  const shared = await engines();
  const skipped: string[] = [];
  const harnesses = new Map<string, ServerHarness>();
  try {
    const { redis, postgres } = shared;
    const usable = entries.filter(({ name, implementation }) => {
      const needs = implementation === "postgres" ? postgres : redis;
      const ok =
        !["postgres", "redis", "resumable"].includes(implementation) || needs !== undefined;
      if (!ok) skipped.push(`${name}: its engine is not installed.`);
      return ok;
    });
    for (const { implementation } of usable) {
      if (!harnesses.has(implementation))
        harnesses.set(
          implementation,
          await startServerHarness(implementation, { redis, postgres }),
        );
    }
    const cases = usable.map(
      (entry): Case<number> => ({
        name: entry.name,
        run: () => run(harnesses.get(entry.implementation)!, entry),
      }),
    );
    // Warm-up, not counted: code is slow everywhere when it runs for the first time.
    for (const entry of usable)
      await run(harnesses.get(entry.implementation)!, {
        ...entry,
        tokens: Math.min(10, entry.tokens ?? 10),
      });
    const rates = await alternate(ROUNDS, cases);

    const bare = { name: "bare pass-through", values: rates.get("bare pass-through")! };
    const goals: Record<string, number> = {
      "Twinstream, SQLite": 0.8,
      "Twinstream, SQLite, a follower each": 0.6,
      "Twinstream, Postgres": 0.7,
      "Twinstream, Redis": 0.7,
    };
    return {
      skipped,
      figures: usable.flatMap(({ name }) => {
        const atLeast = goals[name];
        if (atLeast === undefined) return [];
        const goal = { atLeast, of: "ratio" } as const;
        return [compare(`${name}: tokens a second`, "tokens/s", rates.get(name)!, bare, goal)];
      }),
      tables: [
        {
          title: `Server: ${GENERATIONS} generations at once, unpaced, ${TOKENS} tokens each`,
          columns: ["", "tokens/s", "÷ bare"],
          rows: usable.map(({ name }) => {
            const values = rates.get(name)!;
            const ratio = spread(values.map((value, round) => value / bare.values[round]!));
            return [name, show(spread(values).median), showSpread(ratio)];
          }),
          note: "Slow servers get fewer tokens per stream (resumable-stream with followers 200, Durable Streams 6 and 3): only the rate counts.",
        },
      ],
      charts: [
        {
          file: "server",
          title: `Tokens/s, ${GENERATIONS} generations at once`,
          unit: "tokens/s; more is better",
          bars: usable.map(({ name }) => ({
            label: name,
            value: spread(rates.get(name)!).median,
            ours: name.startsWith("Twinstream"),
          })),
        },
      ],
    };
  } finally {
    for (const one of harnesses.values()) await one.end();
    await shared.stop();
  }
}
