import { join } from "node:path";
import type { BytesRequest } from "../bytes/child.ts";
import { type Measured, type Scenario, type Situation, situations } from "../bytes/measure.ts";
import { type ReaderName, readers } from "../bytes/readers.ts";
import { compare, type Figure, type Result, show, showSpread, spread } from "../report/figures.ts";
import { start } from "../run/child.ts";
import { pool } from "../run/pool.ts";

const ROUNDS = 5;
// Each round's text starts at another place in the sample.
const SHIFT = 37;
// One process each. Processes may run side by side, since this counts bytes and calls, not time.
const AT_A_TIME = 2;

const START = situations[0];
const TEXT = "Twinstream, text" satisfies ReaderName;
const file = join(import.meta.dirname, "..", "bytes", "child.ts");
const all = Object.keys(readers) as ReaderName[];
const own = all.filter((name) => readers[name].server === "ours");
const isOurs = (name: string) => name.startsWith("Twinstream");

/** A text and its followers. */
interface Text {
  readonly name: string;
  readonly language: Scenario["language"];
  readonly bytes: number;
  readonly goal?: number;
  /** The Twinstream readers to measure in every round. The first round measures all of them. */
  readonly ours: readonly ReaderName[];
  readonly peers: readonly ReaderName[];
}

const texts: readonly Text[] = [
  {
    name: "8 KB English",
    language: "English",
    bytes: 8192,
    goal: 1.2,
    ours: own,
    peers: peers(() => true),
  },
  { name: "8 KB Chinese", language: "Chinese", bytes: 8192, ours: own, peers: peers(() => true) },
  {
    name: "64 KB English",
    language: "English",
    bytes: 65_536,
    goal: 1.05,
    ours: [TEXT],
    // One request per token, or the whole body at every sentence, would take minutes here.
    peers: peers((name) => name.endsWith("our batches")),
  },
];

function peers(which: (name: ReaderName) => boolean): ReaderName[] {
  return all.filter((name) => !isOurs(name) && which(name));
}

/** Measures one text in a new process. */
async function measure(scenario: Scenario, time: BytesRequest["time"]): Promise<Measured> {
  const child = start(file);
  try {
    return await child.ask<Measured>({ scenario, time } satisfies BytesRequest);
  } finally {
    await child.end();
  }
}

/** The bytes that a `live=text` follower receives from the start of a text of this size. */
export async function followerBytesOf(bytes: number): Promise<number> {
  const scenario: Scenario = {
    language: "English",
    bytes,
    from: 0,
    readers: [TEXT],
    situations: [START],
  };
  const { ratios, textBytes } = await measure(scenario, "virtual");
  return ratios[TEXT]![START]! * textBytes;
}

/** All rounds of a text, as jobs. Every round has the followers from the start; the first has the other situations too. */
function jobs({ language, bytes, ours, peers }: Text): (() => Promise<Measured>)[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const text = { language, bytes, from: round * SHIFT };
    const every = round === 0 ? situations : [START];
    return [
      () => measure({ ...text, readers: round === 0 ? own : ours, situations: every }, "virtual"),
      () => measure({ ...text, readers: peers, situations: every }, "virtual"),
    ];
  }).flat();
}

/** One follower of one text: its bytes and the database calls. Measured in real time too, as a check. */
const alone = ["virtual", "real"] as const;
const oneFollower = (readers: readonly ReaderName[]): Scenario => ({
  language: "English",
  bytes: 8192,
  from: 0,
  readers,
  situations: [START],
});

/** Measures the wire overhead for a follower: total bytes ÷ text bytes. */
export async function followerBytes(): Promise<Result> {
  const lone = [TEXT, "Convex, whole bodies"] satisfies ReaderName[];
  const [checks, measured] = await Promise.all([
    Promise.all(alone.map((time) => measure(oneFollower(lone), time))),
    pool(AT_A_TIME, texts.flatMap(jobs)),
  ]);
  const figures: Figure[] = [];
  const rows: string[][] = [];
  const bars: { label: string; value: number; ours: boolean }[] = [];
  for (const [index, text] of texts.entries()) {
    const runs = measured.slice(index * 2 * ROUNDS, (index + 1) * 2 * ROUNDS);
    const values = (name: string, situation: Situation) =>
      runs.flatMap(({ ratios }) => ratios[name]?.[situation] ?? []);
    for (const name of [...own, ...text.peers]) {
      rows.push([
        `${text.name}: ${name}`,
        showSpread(spread(values(name, START))),
        ...situations.slice(1).map((situation) => show(spread(values(name, situation)).median)),
      ]);
    }
    const goal = text.goal === undefined ? undefined : ({ atMost: text.goal, of: "ours" } as const);
    for (const [at, peer] of text.peers.entries()) {
      figures.push(
        compare(
          `Follower bytes ÷ text, live=text, ${text.name}`,
          "×",
          values(TEXT, START),
          { name: peer, values: values(peer, START) },
          at === 0 ? goal : undefined,
        ),
      );
    }
    if (index > 0) continue;
    for (const name of [...own, ...text.peers]) {
      const value = spread(values(name, START)).median;
      bars.push({ label: name, value, ours: isOurs(name) });
    }
  }
  const [virtual] = checks as [Measured, Measured];
  const writes = (server: "ours" | "convex") => virtual.counts[server]!.writes;
  figures.push(
    compare(`Writes to the database, ${show(virtual.tokens)} tokens`, "writes", [writes("ours")], {
      name: "Convex",
      values: [writes("convex")],
    }),
  );
  return {
    figures,
    tables: [
      {
        title: "Wire overhead for a follower (total bytes ÷ text bytes), at 50 tokens/s",
        columns: ["", ...situations],
        rows,
        note: `A refresh reads the text so far again: its lower limit is about 1 + (1 + 2 + 3 + 4 + 5) / 6 = 3.5.
Measured in virtual time: the counts are the same on every machine. ${ROUNDS} texts from the start, one in the other situations.`,
      },
      {
        title: `One answer of ${show(virtual.tokens)} tokens, ${show(virtual.textBytes)} bytes, and one follower`,
        columns: ["", "bytes ÷ text", "writes", "rows or documents read"],
        rows: checks.flatMap(({ ratios, counts }, at) =>
          lone.map((name) => {
            const { writes, reads } = counts[name === TEXT ? "ours" : "convex"]!;
            return [
              `${name}, ${alone[at]} time`,
              show(ratios[name]![START]!),
              show(writes),
              show(reads),
            ];
          }),
        ),
      },
    ],
    charts: [
      {
        file: "bytes",
        title: "Wire overhead for a follower of an 8 KB text (total bytes ÷ text bytes)",
        unit: "less is better; 1 is the text alone",
        logarithmic: true,
        bars,
      },
    ],
  };
}
