import {
  createStreamClient,
  httpSource,
  isTerminal,
  pollSource,
  type Source,
} from "@twinstream/core";
import fc from "fast-check";
import { inParallel } from "../util/in-parallel.ts";

/** A hostile server's answer to one request. */
interface Answer {
  /** 0: the request fails. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly Uint8Array[];
  /** `never`: nothing more comes. `endless`: the last chunk comes again and again, forever. */
  readonly ending: "clean" | "broken" | "never" | "endless";
}

interface Case {
  readonly live: "text" | "sse" | "long-poll" | "poll" | "json";
  readonly driven: boolean;
  readonly answers: readonly Answer[];
}

const bytes = (text: string) => new TextEncoder().encode(text);
const token = fc.oneof(
  fc.nat(200).map((n) => String(n).padStart(16, "0")),
  fc.constantFrom("-1", "now", "", "-5", "NaN", "9".repeat(30), "1e3", "x", "0000000000000000"),
);
const statusName = fc.constantFrom(
  "pending",
  "streaming",
  "done",
  "stopped",
  "error",
  "timeout",
  "DONE",
  "",
  "__proto__",
);

const headers = fc
  .record(
    {
      "stream-status": statusName,
      "stream-next-offset": token,
      "stream-closed": fc.constantFrom("true", "false", ""),
      "stream-up-to-date": fc.constantFrom("true", "x"),
      "stream-cursor": fc.constantFrom("1", "", "-1"),
      "stream-error": fc.constantFrom("", "overflow", "<script>"),
      "content-type": fc.constantFrom(
        "text/plain",
        "text/event-stream",
        "application/json",
        "text/html",
      ),
      "retry-after": fc.constantFrom("0", "-1", "x", "Wed, 21 Oct 2015 07:28:00 GMT"),
      etag: fc.constantFrom('"a"', "W/", "*"),
    },
    { requiredKeys: [] },
  )
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const control = fc
  .record(
    {
      streamNextOffset: token,
      streamStatus: statusName,
      streamClosed: fc.boolean(),
      upToDate: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((data) => `event: control\ndata: ${JSON.stringify(data)}\n\n`);

const body = fc.record(
  {
    text: fc.string(),
    delta: fc.string(),
    offset: fc.oneof(fc.integer(), fc.constantFrom(-1, 0.5, 1e300)),
    status: statusName,
  },
  { requiredKeys: [] },
);

const chunk = fc.oneof(
  fc.string({ unit: "binary" }).map(bytes),
  fc.uint8Array({ maxLength: 40 }),
  fc
    .constantFrom(
      "data:",
      "data: x\n\n",
      "\n\n",
      "event: data\n",
      "event: control\n",
      ": \n",
      "id\n",
      "{",
      "null\n",
      "\ufeff",
      "data: {\n\n",
    )
    .map(bytes),
  control.map(bytes),
  body.map((value) => bytes(JSON.stringify(value))),
  fc.constant(bytes("a".repeat(200_000))),
);

const answer: fc.Arbitrary<Answer> = fc.record({
  status: fc.oneof(
    { weight: 6, arbitrary: fc.constant(200) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(0, 201, 205, 206, 304, 400, 404, 409, 410, 429, 500, 503),
    },
  ),
  headers,
  chunks: fc.array(chunk, { maxLength: 6 }),
  ending: fc.constantFrom("clean", "clean", "broken", "never", "endless"),
});

const cases: fc.Arbitrary<Case> = fc.record({
  live: fc.constantFrom("text", "sse", "long-poll", "poll", "json"),
  driven: fc.boolean(),
  answers: fc.array(answer, { minLength: 1, maxLength: 8 }),
});

/** The most requests that a client may send to a server that has `answers` hostile answers and then goes away. */
const bound = (answers: number) => 2 * answers + 40;

/**
 * Makes real clients read from hostile servers: endless, lying, contradictory, broken. Text that was
 * shown must stay, the client must catch every error, its requests must be bounded, and a reader that
 * leaves must leave no request open.
 */
export async function fuzzSources(
  count: number,
  seed: number,
): Promise<{ passed: number; failed: number; skipped: number }> {
  const stray: unknown[] = [];
  const note = (error: unknown) => stray.push(error);
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  const failures: { what: string; one: Case }[] = [];
  const ends = new Map<string, number>();
  try {
    const all = fc.sample(cases, { numRuns: count, seed });
    await inParallel(all, 32, async (one) => {
      const { end, what } = await attack(one);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      if (what) failures.push({ what, one });
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    process.off("unhandledRejection", note);
    process.off("uncaughtException", note);
  }
  const list = [...ends].sort().map(([end, times]) => `${end} ${times}`);
  console.log(`\nhostile servers: ${count} (seed ${seed}); the readers ended: ${list.join(", ")}`);
  for (const { what, one } of failures.slice(0, 5)) {
    const printable = {
      ...one,
      answers: one.answers.map((a) => ({
        ...a,
        chunks: a.chunks.map((part) => Buffer.from(part).toString("latin1").slice(0, 80)),
      })),
    };
    console.log(`  FAILED: ${what}\n    ${JSON.stringify(printable).slice(0, 1_500)}`);
  }
  for (const error of stray.slice(0, 5)) console.log("  FAILED: thrown past the client:", error);
  const failed = failures.length + stray.length;
  return { passed: count - failures.length, failed, skipped: 0 };
}

async function attack({ live, driven, answers }: Case): Promise<{ end: string; what?: string }> {
  const open = new Set<AbortSignal>();
  let requests = 0;
  const respond = async (_input: unknown, init?: RequestInit): Promise<Response> => {
    const next = answers[requests++];
    if (requests > bound(answers.length)) throw new TypeError("the server is away");
    if (!next || next.status === 0) throw new TypeError("the server is away");
    if (init?.signal) open.add(init.signal);
    return responseOf(
      next,
      init?.signal ?? undefined,
      () => init?.signal && open.delete(init.signal),
    );
  };
  const fetch = respond as typeof globalThis.fetch;
  const client = createStreamClient({
    url: "http://hostile.invalid/streams",
    source: sourceOf(live, fetch),
    fetch,
    throttleMs: 1,
    idleTimeoutMs: 300,
    retry: { attempts: 4, baseMs: 1, maxMs: 3 },
  });
  const stream = client.stream("id", { driven, input: {} });
  let shown = "";
  let ended: string | undefined;
  let what: string | undefined;
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const unsubscribe = stream.subscribe(({ text, status }) => {
    if (!text.startsWith(shown)) what = `${JSON.stringify(shown)} became ${JSON.stringify(text)}`;
    if (ended !== undefined) what = `${status} came after ${ended}`;
    if (isTerminal(status)) ended = status;
    if (ended !== undefined) end();
    shown = text;
  });
  // The reader leaves an endless answer after a while.
  const endless = answers.some(({ ending }) => ending === "endless");
  const patience = new Promise((resolve) => setTimeout(resolve, endless ? 1_000 : 5_000).unref());
  // A client that rests shows an error, and sends nothing for longer than it waits for an answer.
  let left = false;
  const rested = (async () => {
    for (let sent = -1; !left; ) {
      sent = requests;
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (stream.snapshot().error && sent === requests) return;
    }
  })();
  // Not `finished`: a reader that awaits it has not left.
  await Promise.race([over, patience, rested]);
  left = true;
  const rests = ended === undefined && stream.snapshot().error;
  unsubscribe();
  const isOpen = () => [...open].some((signal) => !signal.aborted);
  // A client keeps its connection for a moment, for readers that come back.
  for (let looks = 0; looks < 500 && isOpen(); looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (requests > bound(answers.length))
    what ??= `${requests} requests for ${answers.length} answers`;
  if (isOpen()) what ??= "a request stays open after the reader has left";
  return { end: ended ?? (rests ? "at rest" : "open"), ...(what ? { what } : {}) };
}

function sourceOf(live: Case["live"], fetch: typeof globalThis.fetch): Source {
  if (live !== "json") return httpSource({ live, intervalMs: 1, maxIntervalMs: 3 });
  return pollSource({
    read: async ({ signal }) =>
      (await (await fetch("http://hostile.invalid/row", { signal })).json()) as never,
    intervalMs: 1,
    maxIntervalMs: 3,
  });
}

function responseOf(
  { status, headers: all, chunks, ending }: Answer,
  signal: AbortSignal | undefined,
  over: () => void,
): Response {
  if (status === 205 || status === 304) {
    over();
    return new Response(null, { status, headers: all });
  }
  let at = 0;
  const last = chunks.at(-1)?.slice(0, 1_000);
  const again = last?.length ? last : bytes("x");
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      signal?.addEventListener("abort", () => {
        try {
          controller.error(signal.reason);
        } catch {
          // The stream had already ended.
        }
      });
    },
    async pull(controller) {
      const next = chunks[at++];
      if (next) {
        // The stream itself refuses an empty chunk.
        controller.enqueue(next.length > 0 ? next : bytes(" "));
        return;
      }
      if (ending === "never") return new Promise(() => {});
      if (ending === "endless") {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (!signal?.aborted) controller.enqueue(again);
        return;
      }
      over();
      if (ending === "clean") controller.close();
      else controller.error(new TypeError("terminated"));
    },
    cancel: over,
  });
  return new Response(stream, { status, headers: all });
}
