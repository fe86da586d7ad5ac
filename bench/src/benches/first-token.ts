import { compare, quantile, type Result, show, spread } from "../lib/figures.ts";
import { drivers, rig } from "../lib/rig.ts";
import { alternate } from "../lib/rounds.ts";

const ROUNDS = 5;
const REQUESTS = 100;

/** What driving through the server adds to the time to the first byte of text. */
export async function firstToken(): Promise<Result> {
  const names = ["bare", "sqlite"] as const;
  const rigs = new Map(
    await Promise.all(names.map(async (name) => [name, await rig(name)] as const)),
  );
  try {
    const contenders = names.map((name) => ({
      name,
      async run() {
        const server = rigs.get(name)!;
        const streams = await server.prepare(REQUESTS, { count: 1, every: 0, start: 0 });
        const times: number[] = [];
        // One after the other: what is measured is the way, not the queue.
        for (const stream of streams) {
          times.push(...(await server.load({ readers: drivers([stream]) })).first);
        }
        times.sort((a, b) => a - b);
        return { median: quantile(times, 0.5), p99: quantile(times, 0.99) };
      },
    }));
    await alternate(1, contenders);
    const results = await alternate(ROUNDS, contenders);
    const bare = results.get("bare")!;
    const ours = results.get("sqlite")!;
    const added = (key: "median" | "p99") =>
      ours.map((value, round) => value[key] - bare[round]![key]);
    return {
      figures: [
        compare(
          "First token, added to a bare pass-through: median",
          "ms",
          added("median"),
          undefined,
          {
            atMost: 1,
            of: "ours",
          },
        ),
        compare("First token, added to a bare pass-through: p99", "ms", added("p99")),
      ],
      tables: [
        {
          title: `First token: from the request to the first byte of text, ${REQUESTS} requests one by one`,
          columns: ["", "median, ms", "p99, ms"],
          rows: names.map((name) => [
            name === "bare" ? "bare pass-through" : "Twinstream, SQLite",
            show(spread(results.get(name)!.map(({ median }) => median)).median),
            show(spread(results.get(name)!.map(({ p99 }) => p99)).median),
          ]),
        },
      ],
    };
  } finally {
    for (const one of rigs.values()) await one.end();
  }
}
