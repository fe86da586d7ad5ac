import { compare, quantile, type Result, show, spread } from "../report/figures.ts";
import { alternate } from "../run/rounds.ts";
import { drivers, startServerHarness } from "../server/harness.ts";

const ROUNDS = 5;
const REQUESTS = 100;

/** Measures what Twinstream adds to the time to the first byte of text. */
export async function firstToken(): Promise<Result> {
  const names = ["bare", "sqlite"] as const;
  const harnesses = new Map(
    await Promise.all(names.map(async (name) => [name, await startServerHarness(name)] as const)),
  );
  try {
    const cases = names.map((name) => ({
      name,
      async run() {
        const server = harnesses.get(name)!;
        const streams = await server.prepare(REQUESTS, { count: 1, every: 0, start: 0 });
        const times: number[] = [];
        // One after the other: this measures latency, not queueing.
        for (const stream of streams) {
          times.push(...(await server.load({ readers: drivers([stream]) })).first);
        }
        times.sort((a, b) => a - b);
        return { median: quantile(times, 0.5), p99: quantile(times, 0.99) };
      },
    }));
    await alternate(1, cases);
    const results = await alternate(ROUNDS, cases);
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
    for (const one of harnesses.values()) await one.end();
  }
}
