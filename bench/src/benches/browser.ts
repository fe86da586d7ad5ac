import { type BrowserCost, startReader } from "../browser/browser.ts";
import { compare, type Result, show, showSpread, spread } from "../lib/figures.ts";
import { noChromium } from "../lib/rig.ts";
import { alternate } from "../lib/rounds.ts";

const ROUNDS = 5;
// With more, laying the long text out is nearly all of what a browser does, whoever reads.
const CHUNKS = 20_000;
const PIECE = "tok ";
// A second of 20,000 chunks.
const TOGETHER = 200;
const EVERY_MS = 10;
// For the peer that is quadratic.
const FEW = 500;
const FRAME_MS = 1000 / 60;

const contenders: Readonly<
  Record<string, { readonly contender: string; readonly chunks: number }>
> = {
  "bare loop, a state a frame": { contender: "bare", chunks: CHUNKS },
  "Twinstream, driven": { contender: "driven", chunks: CHUNKS },
  "Twinstream, followed": { contender: "followed", chunks: CHUNKS },
  "Convex, useStream": { contender: "convex", chunks: CHUNKS },
  "AI SDK, useChat, text stream": { contender: "ai-text", chunks: CHUNKS },
  "AI SDK, useChat, UI messages": { contender: "ai-ui", chunks: CHUNKS },
  [`bare loop, ${FEW} chunks`]: { contender: "bare", chunks: FEW },
  [`TanStack AI, ${FEW} chunks`]: { contender: "tanstack", chunks: FEW },
};

const missed = ({ elapsed, frames }: BrowserCost) => Math.max(0, elapsed / FRAME_MS - frames);

/** What a page in Chromium goes through while a text comes: React with each client. */
export async function browser(): Promise<Result> {
  const missing = noChromium("browser");
  if (missing) return missing;
  const reader = await startReader();
  try {
    const names = Object.keys(contenders);
    const costs = await alternate(
      ROUNDS,
      names.map((name) => ({
        name,
        run: () =>
          reader.read({
            ...contenders[name]!,
            warm: contenders[name]!.chunks / 10,
            piece: PIECE,
            together: TOGETHER,
            every: EVERY_MS,
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
          contenders[one]!.contender === "bare" &&
          contenders[one]!.chunks === contenders[name]!.chunks,
      )!;
    const ours = names.filter((name) => name.startsWith("Twinstream"));
    return {
      figures: ours.flatMap((name) =>
        names
          .filter((peer) => !ours.includes(peer) && contenders[peer]!.chunks === CHUNKS)
          .map((peer) =>
            compare(`Chromium's main thread, ${name}`, "ms of CPU", busy(name), {
              name: peer,
              values: busy(peer),
            }),
          ),
      ),
      tables: [
        {
          title: `Client in Chromium with React: ${show(CHUNKS)} chunks, ${TOGETHER} each ${EVERY_MS} ms`,
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
          note: "CPU of the page's main thread: scripts, layout, drawing. A long task takes more than 50 ms.",
        },
      ],
    };
  } finally {
    await reader.close();
  }
}
