import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Asking, ask } from "../question/ask.ts";
import type { QuestionRequest } from "../question/child.ts";
import { compare, quantile, type Result, showSpread, spread } from "../report/figures.ts";
import { start } from "../run/child.ts";
import { countingProxy } from "../run/counting-proxy.ts";
import { alternate } from "../run/rounds.ts";

const ROUNDS = 5;
const QUESTIONS = 5;
/** How long the bytes take each way. */
const DELAY_MS = 80;

/** Measures the time from a question to its first token, with and without a request that creates the stream. */
export async function question(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "twinstream-bench-"));
  const server = start(join(import.meta.dirname, "../question/child.ts"));
  const tell = <T>(request: QuestionRequest) => server.ask<T>(request);
  const proxy = await countingProxy(await tell<number>({ type: "open", folder }), DELAY_MS);
  const names: readonly Asking[] = ["create, then drive", "creating drive"];
  try {
    const cases = names.map((name) => ({
      name,
      async run() {
        const times: number[] = [];
        await tell({ type: "requests" });
        for (let index = 0; index < QUESTIONS; index++) times.push(await ask(proxy.port, name));
        const sent = await tell<string[]>({ type: "requests" });
        const posts = sent.filter((request) => request.startsWith("POST")).length;
        return {
          ms: quantile(
            times.sort((a, b) => a - b),
            0.5,
          ),
          posts: posts / QUESTIONS,
        };
      },
    }));
    // The first round compiles the code and opens the connections.
    await alternate(1, cases);
    const results = await alternate(ROUNDS, cases);
    const [two, one] = names.map((name) => results.get(name)!) as [
      { ms: number; posts: number }[],
      { ms: number; posts: number }[],
    ];
    const times = (rounds: typeof one) => rounds.map(({ ms }) => ms);
    const sooner = two.map(({ ms }, round) => ms - one[round]!.ms);
    return {
      figures: [
        compare(`First token of a question, ${DELAY_MS} ms each way`, "ms", times(one), {
          name: "create, then drive",
          values: times(two),
        }),
        compare("… sooner than with a request that creates the stream", "ms", sooner, undefined, {
          atLeast: 150,
          of: "ours",
        }),
      ],
      tables: [
        {
          title: `Question: from the question to its first token, ${DELAY_MS} ms each way`,
          columns: ["", "ms", "POST requests"],
          rows: names.map((name, index) => [
            name,
            showSpread(spread(times(index === 0 ? two : one))),
            showSpread(spread((index === 0 ? two : one).map(({ posts }) => posts))),
          ]),
        },
      ],
    };
  } finally {
    await proxy.close();
    await tell({ type: "close" });
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
