import { trueText } from "../server/answer.ts";
import { startSingleServer } from "../server/single-server.ts";
import { inParallel } from "../util/in-parallel.ts";
import { atMost, mega } from "./bounds.ts";

const STREAMS = 10_000;
const WARM = 1_000;
/** The most bytes that the heap may grow by: its own noise. */
const HEAP_BOUND = 8 * 2 ** 20;
/** The most bytes that the process may grow by: its allocator takes about 130 MB for this rate, and then no more. */
const BOUND = 192 * 2 ** 20;

/** Drives ten thousand answers of a few words, 32 at once. */
export async function tinyStreams(scale: number): Promise<string> {
  const streams = Math.ceil(STREAMS * scale);
  const server = await startSingleServer();
  try {
    const input = { seed: 3, length: 20, pace: 0 };
    const text = trueText(input);
    const one = async () => {
      const response = await server.drive(await server.create(), input);
      const got = await response.text();
      if (got !== text) throw new Error(`an answer was ${JSON.stringify(got)}`);
    };
    await inParallel([...Array(WARM).keys()], 32, one);
    const before = await server.settledUsage();
    await inParallel([...Array(streams).keys()], 32, one);
    const after = await server.settledUsage();
    atMost("memory grew", after.rss - before.rss, BOUND);
    atMost("the heap grew", after.heap - before.heap, HEAP_BOUND);
    return `${streams} answered; the server's heap grew by ${mega(after.heap - before.heap)}, its memory by ${mega(after.rss - before.rss)}`;
  } finally {
    await server.close();
  }
}
