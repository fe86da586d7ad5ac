import { startSingleServer } from "../server/single-server.ts";
import { atMost, mega, serveAnother } from "./bounds.ts";

const BYTES = 100 * 2 ** 20;
const BOUND = 192 * 2 ** 20;

/** Drives and follows an answer of 100 MB at the same time. */
export async function hugeAnswer(scale: number): Promise<string> {
  const least = Math.ceil(BYTES * scale);
  const server = await startSingleServer({ limits: { textBytes: 2 * BYTES } });
  try {
    await serveAnother(server);
    const before = await server.settledUsage();
    const id = await server.create();
    let peak = 0;
    let reading = true;
    const watching = (async () => {
      while (reading) {
        peak = Math.max(peak, (await server.usage()).rss);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    const input = { seed: 9, length: 50_000, pace: 2, bytes: least };
    const driven = await server.drive(id, input);
    const followed = await fetch(`${server.url}/${id}?live=text`);
    const [drivenBytes, followedBytes] = await Promise.all([
      count(driven),
      count(followed),
      serveAnother(server),
    ]);
    reading = false;
    await watching;
    const end = await fetch(`${server.url}/${id}`, { method: "HEAD" });
    const status = end.headers.get("stream-status");
    if (status !== "done") throw new Error(`the stream is ${status}`);
    const stored = Number(end.headers.get("stream-next-offset"));
    if (stored < least) throw new Error(`${stored} bytes are stored`);
    if (drivenBytes !== stored)
      throw new Error(`the driver read ${drivenBytes} of ${stored} bytes`);
    if (followedBytes !== stored) {
      throw new Error(`the follower read ${followedBytes} of ${stored} bytes`);
    }
    atMost("memory grew", peak - before.rss, BOUND);
    return `${mega(stored)} driven and followed; the server grew by ${mega(peak - before.rss)} at most; others are served`;
  } finally {
    await server.close();
  }
}

async function count(response: Response): Promise<number> {
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
    bytes += chunk.length;
  return bytes;
}
