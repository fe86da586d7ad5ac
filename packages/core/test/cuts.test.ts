import { serve } from "@twinstream/harness/serve";
import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createStreamClient, isTerminal } from "../src/index.ts";

// 2 KB of many scripts, with characters of one to four bytes, marks that combine and joined emoji.
const LINE = "Once 世界 مرحبا Привет é e\u0301 👩‍👩‍👧‍👦 ตัวอย่าง 𝒳 נְקֻדּוֹת\n";
const bytesOf = (text: string) => new TextEncoder().encode(text).length;
const TEXT = LINE.repeat(Math.ceil(2048 / bytesOf(LINE)));
const BYTES = bytesOf(TEXT);

/** The response, whose connection breaks after so many bytes. */
function cutAt(response: Response, bytes: number): Response {
  const reader = response.body!.getReader();
  let left = bytes;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (!done && value.length <= left) {
        left -= value.length;
        controller.enqueue(value);
        return;
      }
      if (!done) controller.enqueue(value.subarray(0, left));
      void reader.cancel();
      // What was enqueued goes out before the connection is reset.
      setTimeout(() => controller.error(new Error("cut")), 1);
    },
  });
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(body, { status: response.status, headers });
}

const cuts = new Map<string, number>();
const drives = new Map<string, number>();
const streams = createStreamServer({
  store: memoryStore(),
  authorize: anyoneWithId(),
  limits: { streams: 10_000 },
  generate: async ({ append }) => {
    // In pieces, so that followers are sent some before the end.
    for (let at = 0; at < TEXT.length; at += 500) {
      await append(TEXT.slice(at, at + 500));
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
});
let url = "";
let close: () => Promise<void>;

beforeAll(async () => {
  // The HTTP adapter prints each cut.
  vi.spyOn(console, "error").mockImplementation(() => {});
  const served = await serve(async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const response = await streams.handler(request);
    const id = pathname.split("/")[3] ?? "";
    const drive = pathname.endsWith("/drive");
    if (drive) drives.set(id, (drives.get(id) ?? 0) + 1);
    const key = `${drive ? "drive" : searchParams.get("live")} ${id}`;
    const cut = cuts.get(key);
    cuts.delete(key);
    return cut === undefined || !response.body ? response : cutAt(response, cut);
  });
  url = `${served.url}/api/streams`;
  close = async () => {
    await served.close();
    await streams.close();
  };
});

afterAll(() => close());

async function cutBoth(bytes: number) {
  const id = await streams.create();
  cuts.set(`drive ${id}`, bytes);
  cuts.set(`text ${id}`, bytes);
  const read = (driven: boolean) => {
    const stream = createStreamClient({ url, retry: { baseMs: 5 } }).stream(id, { driven });
    let last = "";
    stream.subscribe(({ text }) => {
      expect(text.startsWith(last), `cut at ${bytes}: text only grows`).toBe(true);
      last = text;
    });
    return stream.finished;
  };
  // The follower is there first, so that its connection is the one that is cut.
  const follower = read(false);
  const driver = read(true);
  for (const body of await Promise.all([driver, follower])) {
    expect(isTerminal(body.status)).toBe(true);
    expect(body, `cut at ${bytes}`).toEqual({ text: TEXT, status: "done", error: undefined });
  }
  expect(drives.get(id), `cut at ${bytes}: the drive was sent once`).toBe(1);
}

test("invariants 1, 2, 5, 6: cut at every byte, driven and followed, the text arrives exact", {
  timeout: 600_000,
}, async () => {
  const parallel = 16;
  for (let from = 0; from <= BYTES; from += parallel) {
    const batch = Array.from({ length: Math.min(parallel, BYTES + 1 - from) }, (_, i) =>
      cutBoth(from + i),
    );
    await Promise.all(batch);
  }
});
