import {
  compare,
  exponent,
  type Figure,
  type Result,
  show,
  showSpread,
  spread,
} from "../report/figures.ts";
import { drivers, startServerHarness } from "../server/harness.ts";
import { followerBytesOf } from "./bytes.ts";
import { read } from "./client.ts";
import { measureFanOut } from "./fan-out.ts";

const ROUNDS = 5;

/** A cost to measure at several sizes. */
interface GrowthCase {
  readonly name: string;
  readonly unit: string;
  readonly sizes: readonly number[];
  readonly cost: (size: number) => Promise<number>;
}

/** Caches a cost that is the same in every round. */
function once(cost: GrowthCase["cost"]): GrowthCase["cost"] {
  const known = new Map<number, Promise<number>>();
  return (size) => {
    if (!known.has(size)) known.set(size, cost(size));
    return known.get(size)!;
  };
}

/**
 * Measures how each cost grows with its size (invariant 8): the exponent of the fit over four sizes.
 * 1 is linear, 2 is quadratic.
 */
export async function growth(): Promise<Result> {
  const server = await startServerHarness("sqlite");
  const client = (implementation: string) => async (chunks: number) =>
    (await read("plain", { implementation, chunks, warm: 2000 })).cpu;
  const cases: readonly GrowthCase[] = [
    {
      name: "follower bytes over text",
      unit: "bytes",
      sizes: [8, 16, 32, 64].map((kilobytes) => kilobytes * 1024),
      // The same in each round.
      cost: once(followerBytesOf),
    },
    {
      name: "client CPU over chunks, driven",
      unit: "ms",
      sizes: [50_000, 100_000, 200_000, 400_000],
      cost: client("driven"),
    },
    {
      name: "client CPU over chunks, followed",
      unit: "ms",
      sizes: [50_000, 100_000, 200_000, 400_000],
      cost: client("followed"),
    },
    {
      name: "server CPU over tokens",
      unit: "ms",
      sizes: [500, 1000, 2000, 4000],
      async cost(count) {
        const streams = await server.prepare(25, { count, every: 0, start: 0 });
        const before = await server.cpu();
        await server.load({ readers: drivers(streams) });
        return (await server.cpu()) - before;
      },
    },
    {
      name: "fan-out CPU over followers",
      unit: "ms",
      sizes: [100, 200, 400, 800],
      cost: async (followers) =>
        ((await measureFanOut(server, followers, 25)).cpu * followers * 25) / 1000,
    },
  ];
  try {
    const figures: Figure[] = [];
    const rows: string[][] = [];
    for (const { name, unit, sizes, cost } of cases) {
      const costs = new Map<number, number[]>(sizes.map((size) => [size, []]));
      await cost(sizes[0]!);
      for (let round = 0; round < ROUNDS; round++) {
        for (const size of sizes) costs.get(size)!.push(await cost(size));
      }
      const fits = Array.from({ length: ROUNDS }, (_, round) =>
        exponent(sizes.map((size) => [size, costs.get(size)![round]!])),
      );
      figures.push(
        compare(`Growth exponent, ${name}`, "", fits, undefined, { atMost: 1.1, of: "ours" }),
      );
      rows.push([
        name,
        ...sizes.map((size) => `${show(size)}: ${show(spread(costs.get(size)!).median)} ${unit}`),
        showSpread(spread(fits)),
      ]);
    }
    return {
      figures,
      tables: [
        {
          title: "Growth: the exponent of the fit over four sizes",
          columns: ["", "", "", "", "", "exponent"],
          rows,
          note: `Medians of ${ROUNDS} rounds, with one fit per round.`,
        },
      ],
    };
  } finally {
    await server.end();
  }
}
