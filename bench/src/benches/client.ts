import { join } from "node:path";
import type { ClientRequest, Cost } from "../client/child.ts";
import { start } from "../lib/child.ts";
import {
  compare,
  type Figure,
  type Result,
  show,
  showSpread,
  spread,
  type Table,
} from "../lib/figures.ts";
import { alternate } from "../lib/rounds.ts";

const ROUNDS = 5;
const CHUNKS = 100_000;
const REACT_CHUNKS = 50_000;
const file = join(import.meta.dirname, "..", "client", "child.ts");

/** One reading, in a process of its own. */
export async function read(kind: "plain" | "react", request: ClientRequest): Promise<Cost> {
  const child = start(file, [kind], ["--expose-gc"]);
  try {
    return await child.ask<Cost>(request);
  } finally {
    await child.end();
  }
}

interface Entry {
  readonly name: string;
  readonly contender: string;
  /** The peer that is quadratic is given fewer, and compared with as many. */
  readonly chunks?: number;
}

const FEW = 2000;

const plain: readonly Entry[] = [
  { name: "bare loop", contender: "bare" },
  { name: "Twinstream, driven", contender: "driven" },
  { name: "Twinstream, followed", contender: "followed" },
  { name: "Durable Streams client", contender: "durable" },
  { name: "AI SDK, text stream", contender: "ai-text" },
  { name: "AI SDK, UI messages", contender: "ai-ui" },
  { name: `bare loop, ${show(FEW)} chunks`, contender: "bare", chunks: FEW },
  { name: `TanStack AI, ${show(FEW)} chunks`, contender: "tanstack", chunks: FEW },
];

const react: readonly Entry[] = [
  { name: "bare loop, a state a frame", contender: "bare" },
  { name: "Twinstream, useStream", contender: "driven" },
  { name: "Twinstream, useStream, followed", contender: "followed" },
  { name: "Convex, useStream", contender: "convex" },
  { name: "AI SDK, useChat, text stream", contender: "ai-text" },
  { name: "AI SDK, useChat, UI messages", contender: "ai-ui" },
];

async function measure(kind: "plain" | "react", entries: readonly Entry[], chunks: number) {
  return alternate(
    ROUNDS,
    entries.map((entry) => ({
      name: entry.name,
      run: () =>
        read(kind, { contender: entry.contender, chunks: entry.chunks ?? chunks, warm: 2000 }),
    })),
  );
}

type Costs = Map<string, Cost[]>;

const cpu = (costs: Costs, name: string) => costs.get(name)!.map((cost) => cost.cpu);

function table(title: string, entries: readonly Entry[], costs: Costs, commits: boolean): Table {
  return {
    title,
    columns: ["", "CPU, ms", "÷ bare", ...(commits ? ["commits"] : [])],
    rows: entries.map((entry) => {
      const base = entries.find((one) => one.contender === "bare" && one.chunks === entry.chunks)!;
      const bare = cpu(costs, base.name);
      const values = cpu(costs, entry.name);
      return [
        entry.name,
        show(spread(values).median),
        showSpread(spread(values.map((value, round) => value / bare[round]!))),
        ...(commits
          ? [show(spread(costs.get(entry.name)!.map((cost) => cost.commits)).median)]
          : []),
      ];
    }),
    note: "CPU of the whole process from the request to the whole text, user and system.",
  };
}

/** What a client's CPU does with a text that comes as fast as it can be read. */
export async function client(): Promise<Result> {
  const costs = await measure("plain", plain, CHUNKS);
  const inReact = await measure("react", react, REACT_CHUNKS);
  const figure = (of: Costs, name: string, bare: string, atMost: number): Figure =>
    compare(
      `Client CPU, ${name}`,
      "ms",
      cpu(of, name),
      { name: bare, values: cpu(of, bare) },
      { atMost, of: "ratio" },
    );
  return {
    figures: [
      figure(costs, "Twinstream, driven", "bare loop", 1.3),
      figure(costs, "Twinstream, followed", "bare loop", 1.3),
      figure(inReact, "Twinstream, useStream", "bare loop, a state a frame", 1.5),
    ],
    tables: [
      table(`Client CPU in Node: ${show(CHUNKS)} chunks, 1 MB`, plain, costs, false),
      table(
        `Client CPU in Node with React (happy-dom): ${show(REACT_CHUNKS)} chunks`,
        react,
        inReact,
        true,
      ),
    ],
    charts: [
      {
        file: "client",
        title: `Client CPU, ${show(CHUNKS)} chunks (React: ${show(REACT_CHUNKS)})`,
        unit: "ms, less is better",
        bars: [
          ...plain.filter((entry) => !entry.chunks).map((entry) => [entry, costs] as const),
          ...react.map((entry) => [entry, inReact] as const),
        ].map(([{ name }, of]) => ({
          label: of === inReact ? `React: ${name}` : name,
          value: spread(cpu(of, name)).median,
          ours: name.startsWith("Twinstream"),
        })),
      },
    ],
  };
}
