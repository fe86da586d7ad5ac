import { type BrowserCost, startReader } from "../browser/browser.ts";
import { noChromium } from "../browser/no-chromium.ts";
import { compare, type Result, show, showSpread, spread } from "../report/figures.ts";
import { alternate } from "../run/rounds.ts";

const ROUNDS = 5;
// With more, nearly all of the work would be the layout of the long text, for every client.
const CHUNKS = 20_000;
const PIECE = "tok ";
// 20,000 chunks take a second.
const CHUNKS_PER_TASK = 200;
const INTERVAL_MS = 10;
// For TanStack AI, whose cost is quadratic.
const FEW = 500;
const FRAME_MS = 1000 / 60;

const cases: Readonly<
  Record<string, { readonly implementation: string; readonly chunks: number }>
> = {
  "bare loop, a state a frame": { implementation: "bare", chunks: CHUNKS },
  "Twinstream, driven": { implementation: "driven", chunks: CHUNKS },
  "Twinstream, followed": { implementation: "followed", chunks: CHUNKS },
  "Convex, useStream": { implementation: "convex", chunks: CHUNKS },
  "AI SDK, useChat, text stream": { implementation: "ai-text", chunks: CHUNKS },
  "AI SDK, useChat, UI messages": { implementation: "ai-ui", chunks: CHUNKS },
  [`bare loop, ${FEW} chunks`]: { implementation: "bare", chunks: FEW },
  [`TanStack AI, ${FEW} chunks`]: { implementation: "tanstack", chunks: FEW },
};

const missed = ({ elapsed, frames }: BrowserCost) => Math.max(0, elapsed / FRAME_MS - frames);

/** Measures the main thread of a page in Chromium while text arrives, with React and each client. */
export async function browser(): Promise<Result> {
  const missing = noChromium("browser");
  if (missing) return missing;
  const reader = await startReader();
  try {
    const names = Object.keys(cases);
    const costs = await alternate(
      ROUNDS,
      names.map((name) => ({
        name,
        run: () =>
          reader.read({
            ...cases[name]!,
            warm: cases[name]!.chunks / 10,
            piece: PIECE,
            chunksPerTask: CHUNKS_PER_TASK,
            intervalMs: INTERVAL_MS,
          }),
      })),
    );
    const values = (name: string, of: (cost: BrowserCost) => number) => costs.get(name)!.map(of);
    const median = (name: string, of: (cost: BrowserCost) => number) =>
      show(spread(values(name, of)).median);
    const busy = (name: string) => values(name, ({ busy }) => busy);
    const bareOf = (name: string) =>
      names.find(
        (one) =>
          cases[one]!.implementation === "bare" && cases[one]!.chunks === cases[name]!.chunks,
      )!;
    const ours = names.filter((name) => name.startsWith("Twinstream"));
    return {
      figures: ours.flatMap((name) =>
        names
          .filter((peer) => !ours.includes(peer) && cases[peer]!.chunks === CHUNKS)
          .map((peer) =>
            compare(`Chromium's main thread, ${name}`, "ms of CPU", busy(name), {
              name: peer,
              values: busy(peer),
            }),
          ),
      ),
      tables: [
        {
          title: `Client in Chromium with React: ${show(CHUNKS)} chunks, ${CHUNKS_PER_TASK} every ${INTERVAL_MS} ms`,
          columns: [
            "",
            "CPU, ms",
            "÷ bare",
            "of it layout, ms",
            "commits",
            "long tasks",
            "in them, ms",
            "frames missed",
            "elapsed, ms",
          ],
          rows: names.map((name) => {
            const bare = busy(bareOf(name));
            return [
              name,
              median(name, ({ busy }) => busy),
              showSpread(spread(busy(name).map((value, round) => value / bare[round]!))),
              median(name, ({ layout }) => layout),
              median(name, ({ commits }) => commits),
              median(name, ({ longTasks }) => longTasks),
              median(name, ({ longMs }) => longMs),
              median(name, missed),
              median(name, ({ elapsed }) => elapsed),
            ];
          }),
          note: "CPU time of the page's main thread: scripts, layout, painting. A long task takes more than 50 ms.",
        },
      ],
    };
  } finally {
    await reader.close();
  }
}
