import { serve } from "@twinstream/harness/serve";
import { expect, test } from "vitest";
import { createStreamClient, httpSource } from "../../src/index.ts";

const TEXT = "Hello, 世界! 👩‍👩‍👧 The end.";
const bytes = new TextEncoder().encode(TEXT);

/** A server of a finished stream; the body of its first answer ends cleanly after `cut` bytes, as some proxies do it. */
async function cutting(cut: number) {
  let answers = 0;
  const served = await serve((request) => {
    const from = Number(new URL(request.url).searchParams.get("offset")?.replace("-1", "0") ?? 0);
    const end = answers++ === 0 ? Math.min(bytes.length, from + cut) : bytes.length;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(from, end));
        controller.close();
      },
    });
    return new Response(body, {
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "stream-status": "done",
        "stream-closed": "true",
        "stream-up-to-date": "true",
        "stream-next-offset": String(bytes.length).padStart(16, "0"),
      },
    });
  });
  return { served, url: `${served.url}/api/streams` };
}

// Within a character, and between two.
for (const cut of [0, 7, 8, 10, bytes.length - 1]) {
  for (const live of ["text", "long-poll", "poll"] as const) {
    test(`invariant 3: an answer that ends cleanly after ${cut} bytes is no evidence of the end (${live})`, async () => {
      const { served, url } = await cutting(cut);
      try {
        const client = createStreamClient({
          url,
          source: httpSource({ live, intervalMs: 5 }),
          retry: { baseMs: 1 },
        });
        const stream = client.stream("cut");
        const unsubscribe = stream.subscribe(() => {});
        expect(await stream.finished).toMatchObject({ text: TEXT, status: "done" });
        unsubscribe();
      } finally {
        await served.close();
      }
    });
  }
}
