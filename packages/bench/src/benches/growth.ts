import { compare, exponent, type Figure, type Result, show, spread } from "../lib/figures.ts";
import { drivers, rig } from "../lib/rig.ts";
import { followerBytesOf } from "./bytes.ts";
import { read } from "./client.ts";
import { fan } from "./fan-out.ts";

const ROUNDS = 3;

/** How a cost grows: sizes, and what one of them costs. */
interface Law {
  readonly name: string;
  readonly unit: string;
  readonly sizes: readonly number[];
  readonly cost: (size: number) => Promise<number>;
}

/** The exponent of each cost over four sizes: 1 is linear, 2 quadratic. */
export async function growth(): Promise<Result> {
  const server = await rig("sqlite");
  const client = (contender: string) => async (chunks: number) =>
    (await read("plain", { contender, chunks, warm: 2000 })).cpu;
  const laws: readonly Law[] = [
    {
      name: "follower bytes over text",
      unit: "bytes",
      sizes: [4, 8, 16, 32].map((kilobytes) => kilobytes * 1024),
      cost: followerBytesOf,
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
      sizes: [250, 500, 1000, 2000],
      async cost(count) {
        const streams = await server.prepare(50, { count, every: 0, start: 0 });
        const before = await server.usage();
        await server.load({ readers: drivers(streams) });
        return (await server.usage()).cpu - before.cpu;
      },
    },
    {
      name: "fan-out CPU over followers",
      unit: "ms",
      sizes: [125, 250, 500, 1000],
      cost: async (followers) => ((await fan(server, followers, 30)).cpu * followers * 30) / 1000,
    },
  ];
  try {
    const figures: Figure[] = [];
    const rows: string[][] = [];
    for (const { name, unit, sizes, cost } of laws) {
      const costs = new Map<number, number[]>(sizes.map((size) => [size, []]));
      await cost(sizes[0]!);
      for (let round = 0; round < ROUNDS; round++) {
        for (const size of sizes) costs.get(size)!.push(await cost(size));
      }
      // The least of each: what disturbs a run only ever adds to it.
      const fits = Array.from({ length: ROUNDS }, (_, round) =>
        exponent(sizes.map((size) => [size, costs.get(size)![round]!])),
      );
      const least = exponent(sizes.map((size) => [size, Math.min(...costs.get(size)!)]));
      figures.push(
        compare(`Growth exponent, ${name}`, "", [least], undefined, { atMost: 1.1, of: "ours" }),
      );
      rows.push([
        name,
        ...sizes.map((size) => `${show(size)}: ${show(Math.min(...costs.get(size)!))} ${unit}`),
        show(least),
        `${show(spread(fits).min)}–${show(spread(fits).max)}`,
      ]);
    }
    return {
      figures,
      tables: [
        {
          title: "Growth: the exponent of the fit over four sizes",
          columns: ["", "", "", "", "", "exponent", "of single rounds"],
          rows,
          note: `The least of ${ROUNDS} runs of each size is fitted.`,
        },
      ],
    };
  } finally {
    await server.end();
  }
}
