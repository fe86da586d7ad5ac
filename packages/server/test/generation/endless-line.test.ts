import { expect, test } from "vitest";
import { startFixture } from "../harness/fixture.ts";
import { collectGarbage } from "../harness/garbage.ts";
import { gate } from "../harness/gate.ts";

const MB = 1_000_000;
const TOTAL = 400 * MB;
const CHUNK = new TextEncoder().encode("x".repeat(MB / 10));

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A body of 400 MB in one line, made as it is read; it measures what its reader holds of it. */
function endlessLine(start: string) {
  const cancelled = gate<unknown>();
  const before = heldBytes();
  const seen = { made: 0, held: 0 };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(start)),
    pull(controller) {
      if (seen.made % (4 * MB) === 0) seen.held = Math.max(seen.held, heldBytes() - before);
      controller.enqueue(CHUNK.slice());
      seen.made += CHUNK.length;
      if (seen.made >= TOTAL) controller.close();
    },
    cancel: cancelled.open,
  });
  return { body, seen, cancelled: cancelled.opened };
}

test.each([
  ["server-sent events", "text/event-stream", "data: "],
  ["NDJSON", "application/x-ndjson", '{"response":"'],
  ["server-sent events without a content type", "", 'data: {"type":"'],
])(
  "%s whose line never ends are an error: they are not kept, and their source is cancelled",
  async (_, type, start) => {
    const line = endlessLine(start);
    const headers: HeadersInit = type ? { "Content-Type": type } : {};
    const fixture = await startFixture("memory", {
      generate: ({ append }) => append.from(new Response(line.body, { headers })),
    });
    const id = await fixture.create();
    await (await fixture.drive(id)).text();
    expect(await fixture.streams.read(id)).toMatchObject({
      text: "",
      status: "error",
      error: "generation",
    });
    expect(fixture.errors).toMatchObject([
      { name: "ModelError", message: expect.stringContaining("longer than 16000000 characters") },
    ]);
    await line.cancelled;
    expect(line.seen.made).toBeLessThan(20 * MB);
    expect(line.seen.held).toBeLessThan(64 * MB);
  },
);
