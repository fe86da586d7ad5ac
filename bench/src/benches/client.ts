import { join } from "node:path";
import type { ClientRequest, Cost } from "../client/child.ts";
import {
  compare,
  type Figure,
  type Result,
  show,
  showSpread,
  spread,
  type Table,
} from "../report/figures.ts";
import { start } from "../run/child.ts";
import { alternate } from "../run/rounds.ts";

const ROUNDS = 5;
const CHUNKS = 100_000;
const REACT_CHUNKS = 50_000;
const file = join(import.meta.dirname, "..", "client", "child.ts");

/** Measures one reading in a new process. */
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
  readonly implementation: string;
  /** TanStack AI, whose cost is quadratic, gets fewer chunks, and is compared with a bare loop of as many. */
  readonly chunks?: number;
}

const FEW = 2000;

const plain: readonly Entry[] = [
  { name: "bare loop", implementation: "bare" },
  { name: "Twinstream, driven", implementation: "driven" },
  { name: "Twinstream, followed", implementation: "followed" },
  { name: "Durable Streams client", implementation: "durable" },
  { name: "AI SDK, text stream", implementation: "ai-text" },
  { name: "AI SDK, UI messages", implementation: "ai-ui" },
  { name: `bare loop, ${show(FEW)} chunks`, implementation: "bare", chunks: FEW },
  { name: `TanStack AI, ${show(FEW)} chunks`, implementation: "tanstack", chunks: FEW },
];

const react: readonly Entry[] = [
  { name: "bare loop, a state a frame", implementation: "bare" },
  { name: "Twinstream, useStream", implementation: "driven" },
  { name: "Twinstream, useStream, followed", implementation: "followed" },
  { name: "Convex, useStream", implementation: "convex" },
  { name: "AI SDK, useChat, text stream", implementation: "ai-text" },
  { name: "AI SDK, useChat, UI messages", implementation: "ai-ui" },
];

async function measure(kind: "plain" | "react", entries: readonly Entry[], chunks: number) {
  return alternate(
    ROUNDS,
    entries.map((entry) => ({
      name: entry.name,
      run: () =>
        read(kind, {
          implementation: entry.implementation,
          chunks: entry.chunks ?? chunks,
          warm: 2000,
        }),
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
      const base = entries.find(
        (one) => one.implementation === "bare" && one.chunks === entry.chunks,
      )!;
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
    note: "CPU time of the whole process, user and system, from the request to the whole text.",
  };
}

/** Measures a client's CPU time for text that arrives as fast as the client reads it. */
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
        unit: "ms; less is better",
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
