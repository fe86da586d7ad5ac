import { join } from "node:path";
import type { BytesRequest } from "../bytes/child.ts";
import { type ReaderName, readers } from "../bytes/readers.ts";
import { type Measured, type Situation, situations, type Work } from "../bytes/scene.ts";
import { start } from "../lib/child.ts";
import { compare, type Figure, type Result, show, showSpread, spread } from "../lib/figures.ts";
import { pool } from "../lib/pool.ts";

const ROUNDS = 5;
// Each round's text begins elsewhere in the sample.
const SHIFT = 37;
// A process each; only bytes and calls are counted, and no time is taken.
const AT_A_TIME = 2;

const START = situations[0];
const TEXT = "Twinstream, text" satisfies ReaderName;
const file = join(import.meta.dirname, "..", "bytes", "child.ts");
const all = Object.keys(readers) as ReaderName[];
const own = all.filter((name) => readers[name].server === "ours");
const isOurs = (name: string) => name.startsWith("Twinstream");

/** A text, and who follows it. */
interface Text {
  readonly name: string;
  readonly language: Work["language"];
  readonly bytes: number;
  readonly goal?: number;
  /** Whose bytes are counted in each round; what else is ours, in the first. */
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
    // A request a token, or the whole body a sentence, would take minutes here.
    peers: peers((name) => name.endsWith("our batches")),
  },
];

function peers(which: (name: ReaderName) => boolean): ReaderName[] {
  return all.filter((name) => !isOurs(name) && which(name));
}

/** One text in a process of its own. */
async function measure(work: Work, time: BytesRequest["time"]): Promise<Measured> {
  const child = start(file);
  try {
    return await child.ask<Measured>({ work, time } satisfies BytesRequest);
  } finally {
    await child.end();
  }
}

/** The bytes that one follower by `live=text` is sent, from the start, of a text of that size. */
export async function followerBytesOf(bytes: number): Promise<number> {
  const work: Work = { language: "English", bytes, from: 0, readers: [TEXT], situations: [START] };
  const { ratios, textBytes } = await measure(work, "virtual");
  return ratios[TEXT]![START]! * textBytes;
}

/** All rounds of a text, as jobs: the followers from the start in each, the others in the first. */
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

/** One follower of one text: what it is sent, and what the database is asked for it. In real time too, as a check. */
const alone = ["virtual", "real"] as const;
const single = (readers: readonly ReaderName[]): Work => ({
  language: "English",
  bytes: 8192,
  from: 0,
  readers,
  situations: [START],
});

/** Bytes that a follower is sent, for each byte of text. */
export async function followerBytes(): Promise<Result> {
  const lone = [TEXT, "Convex, whole bodies"] satisfies ReaderName[];
  const [checks, measured] = await Promise.all([
    Promise.all(alone.map((time) => measure(single(lone), time))),
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
        title:
          "Follower bytes ÷ bytes of text, headers and framing included, at 50 tokens a second",
        columns: ["", ...situations],
        rows,
        note: `A refresh reads the text so far again: its limit is about 1 + (1 + 2 + 3 + 4 + 5) / 6 = 3.5.
In virtual time: counts, the same on every machine. ${ROUNDS} texts from the start, one in the other situations.`,
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
        title: "Bytes that a follower is sent, for each byte of an 8 KB text",
        unit: "less is better; 1 is the text alone",
        logarithmic: true,
        bars,
      },
    ],
  };
}
