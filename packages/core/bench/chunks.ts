// What a driven stream costs beside a bare reader loop that decodes and concatenates the same chunks:
//   node packages/core/bench/chunks.ts
// Prints CPU time, the median of rounds that alternate, at 50,000 and 100,000 chunks of 10 bytes.
import { createStreamClient } from "../src/index.ts";

const ROUNDS = 9;
const CHUNK = new TextEncoder().encode("ten bytes ");

function body(chunks: number): ReadableStream<Uint8Array> {
  let left = chunks;
  return new ReadableStream(
    {
      pull(controller) {
        if (left-- > 0) controller.enqueue(CHUNK.slice());
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

async function bare(chunks: number): Promise<number> {
  const reader = body(chunks).getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text.length;
    text += decoder.decode(value, { stream: true });
  }
}

async function driven(chunks: number): Promise<number> {
  const length = chunks * CHUNK.length;
  const client = createStreamClient({
    url: "http://bench.invalid",
    fetch: async (input) =>
      String(input).endsWith("/drive")
        ? new Response(body(chunks))
        : new Response("", {
            headers: {
              "Stream-Status": "done",
              "Stream-Closed": "true",
              "Stream-Next-Offset": String(length),
            },
          }),
  });
  const stream = client.stream("id", { driven: true });
  return (await stream.finished).text.length;
}

async function cpu(run: (chunks: number) => Promise<number>, chunks: number): Promise<number> {
  const before = process.cpuUsage();
  const length = await run(chunks);
  const { user, system } = process.cpuUsage(before);
  if (length !== chunks * CHUNK.length) throw new Error(`${length} characters of ${chunks} chunks`);
  return (user + system) / 1000;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

const costs: number[] = [];
for (const chunks of [50_000, 100_000]) {
  const times: { bare: number[]; driven: number[] } = { bare: [], driven: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const one = { bare: await cpu(bare, chunks), driven: await cpu(driven, chunks) };
    // The first round warms up.
    if (round === 0) continue;
    times.bare.push(one.bare);
    times.driven.push(one.driven);
  }
  const ratios = times.driven.map((ms, i) => ms / times.bare[i]!);
  const cost = median(times.driven);
  costs.push(cost);
  console.log(
    `${chunks} chunks: bare ${median(times.bare).toFixed(0)} ms, driven ${cost.toFixed(0)} ms, ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
  );
}
console.log(`twice the text costs ${(costs[1]! / costs[0]!).toFixed(2)} times the time`);
