import { compare, type Result, show, showSpread, spread } from "../lib/figures.ts";
import { drivers, engines, type Rig, rig } from "../lib/rig.ts";
import { alternate, type Contender } from "../lib/rounds.ts";
import { TOKEN_BYTES } from "../lib/tokens.ts";
import type { LoadRequest, Reader } from "../server/load.ts";

const GENERATIONS = 200;
const TOKENS = 500;
const ROUNDS = 5;

interface Entry {
  readonly name: string;
  readonly contender: string;
  readonly follower?: boolean;
  /** Who is slow is given fewer: its rate is what counts. */
  readonly tokens?: number;
}

const entries: readonly Entry[] = [
  { name: "bare pass-through", contender: "bare" },
  { name: "Twinstream, SQLite", contender: "sqlite" },
  { name: "Twinstream, SQLite, a follower each", contender: "sqlite", follower: true },
  { name: "Twinstream, Postgres", contender: "postgres" },
  { name: "Twinstream, Redis", contender: "redis" },
  { name: "an INSERT a token, SQLite", contender: "insert" },
  { name: "resumable-stream, Redis", contender: "resumable" },
  {
    name: "resumable-stream, a follower each",
    contender: "resumable",
    follower: true,
    tokens: 200,
  },
  { name: "Durable Streams, files, batching producer", contender: "durable-producer", tokens: 6 },
  { name: "Durable Streams, files, an append a token", contender: "durable-append", tokens: 3 },
];

/** Tokens a second, of `GENERATIONS` at once. */
async function run(server: Rig, { follower, tokens = TOKENS }: Entry): Promise<number> {
  const streams = await server.prepare(GENERATIONS, { count: tokens, every: 0, start: 0 });
  // A peer that ends its answers late is not waited for: whoever has all tokens leaves.
  const due = { start: 0, every: 0, count: tokens };
  const readers: Reader[] = drivers(streams).map((reader) =>
    reader.only || streams[0]!.drives ? reader : { ...reader, due },
  );
  if (follower) {
    streams.forEach((stream, after) => {
      // resumable-stream refuses who comes after the end.
      readers.push({ address: stream.follow, after, optional: true });
    });
  }
  const request: LoadRequest = { readers };
  const { elapsed, bytes } = await server.load(request);
  const text = GENERATIONS * tokens * TOKEN_BYTES;
  if (bytes < text) throw new Error(`Of ${text} bytes of text, ${bytes} came.`);
  return (GENERATIONS * tokens * 1000) / elapsed;
}

/** Tokens a second through the server, beside a pass-through that stores nothing. */
export async function server(): Promise<Result> {
  const shared = await engines();
  const skipped: string[] = [];
  const rigs = new Map<string, Rig>();
  try {
    const { redis, postgres } = shared;
    const usable = entries.filter(({ name, contender }) => {
      const needs = contender === "postgres" ? postgres : redis;
      const ok = !["postgres", "redis", "resumable"].includes(contender) || needs !== undefined;
      if (!ok) skipped.push(`${name}: its engine is not installed.`);
      return ok;
    });
    for (const { contender } of usable) {
      if (!rigs.has(contender)) rigs.set(contender, await rig(contender, { redis, postgres }));
    }
    const contenders = usable.map(
      (entry): Contender<number> => ({
        name: entry.name,
        run: () => run(rigs.get(entry.contender)!, entry),
      }),
    );
    // Not counted: code that runs for the first time is slow everywhere.
    for (const entry of usable)
      await run(rigs.get(entry.contender)!, { ...entry, tokens: Math.min(10, entry.tokens ?? 10) });
    const rates = await alternate(ROUNDS, contenders);

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
          note: "Who is slow is given fewer tokens each (resumable-stream with followers 200, Durable Streams 6 and 3): the rate is what counts.",
        },
      ],
      charts: [
        {
          file: "server",
          title: `Tokens a second, ${GENERATIONS} generations at once`,
          unit: "tokens a second, more is better",
          bars: usable.map(({ name }) => ({
            label: name,
            value: spread(rates.get(name)!).median,
            ours: name.startsWith("Twinstream"),
          })),
        },
      ],
    };
  } finally {
    for (const one of rigs.values()) await one.end();
    await shared.stop();
  }
}
