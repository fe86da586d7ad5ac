import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { Fleet } from "../fleet.ts";
import { describeGauge, type Gauge } from "../gauge.ts";
import { inParallel } from "./parallel.ts";
import { encodeRequest, type FuzzRequest, fuzzRequests } from "./requests.ts";
import { type RawAnswer, send } from "./send.ts";

const BATCH = 250;
const AT_ONCE = 16;
/** Longer than a long-poll of the fixture, in ms: whatever is asked, its head is there by then. */
const PATIENCE = 20_000;
/** How long a body that never comes as announced is waited for, in ms. */
const SHORT_PATIENCE = 200;

interface Trouble {
  readonly request: FuzzRequest;
  readonly what: string;
}

/**
 * Sends hostile requests to a real server, many at once, and prints what it made of them.
 * Every one must be answered below 500, or refused by closing; the server lives, serves on, and
 * holds in the end what it held before.
 */
export async function fuzzHttp(
  count: number,
  seed: number,
): Promise<{ passed: number; failed: number; skipped: number }> {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-fuzz-"));
  let crash: string | undefined;
  const fleet = new Fleet(
    [
      {
        server: "fuzzed",
        store: { name: "sqlite", at: join(folder, "streams.db") },
        ledger: join(folder, "ledger.jsonl"),
        skewMs: 0,
        leaseMs: 15_000,
        pendingMs: 60_000,
      },
    ],
    (_server, output) => {
      crash = output;
    },
  );
  try {
    await fleet.start(0);
    const port = fleet.nextPort()!;
    const troubles: Trouble[] = [];
    const statuses = new Map<number, number>();
    let sent = 0;
    let before: Gauge | undefined;
    for (let batch = 0; sent < count && crash === undefined; batch += 1) {
      const size = Math.min(BATCH, count - sent);
      const requests = fc.sample(fuzzRequests, { numRuns: size, seed: seed + batch });
      const ids = await createStreams(port);
      const one = async (request: FuzzRequest) => {
        const patience = request.framing === "lie" ? SHORT_PATIENCE : PATIENCE;
        const answer = await send(port, encodeRequest(request, ids), patience);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const what = troubleWith(answer, request);
        if (what) troubles.push({ request, what });
      };
      await inParallel(requests, AT_ONCE, one);
      sent += size;
      // What is loaded and compiled lazily is no leak: the first requests warm the server up.
      if (!before && sent >= Math.min(count / 5, 10_000)) before = await rest(fleet);
    }
    const after = crash === undefined ? await rest(fleet) : undefined;
    const alive = crash === undefined && (await servesAnAnswer(port));
    const leak = before && after ? leakBetween(before, after, sent) : "no measure was taken";

    const list = [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([s, n]) => `${s > 0 ? s : s === 0 ? "closed" : "waited for"} ${n}`);
    console.log(`\nfuzz: ${sent} requests (seed ${seed}); answers: ${list.join(", ")}`);
    if (before && after) {
      console.log(`  before: ${describeGauge(before)}\n  after:  ${describeGauge(after)}`);
    }
    for (const { request, what } of troubles.slice(0, 10)) {
      const printable = { ...request, body: Buffer.from(request.body).toString("latin1") };
      console.log(`  FAILED: ${what}\n    ${JSON.stringify(printable).slice(0, 600)}`);
    }
    if (crash !== undefined) console.log(`  FAILED: the server crashed:\n${crash}`);
    if (!alive) console.log("  FAILED: the server does not serve an answer any more");
    if (leak) console.log(`  FAILED: ${leak}`);
    const failed = troubles.length + (alive ? 0 : 1) + (leak ? 1 : 0);
    return {
      passed: sent - troubles.length + (alive ? 1 : 0) + (leak ? 0 : 1),
      failed,
      skipped: 0,
    };
  } finally {
    await fleet.killAll();
    await rm(folder, { recursive: true, force: true });
  }
}

function troubleWith({ status, text }: RawAnswer, { framing }: FuzzRequest): string | undefined {
  // A body that never comes as announced may be waited for; all else is answered or refused.
  if (status === -1) return framing === "lie" ? undefined : "no answer";
  if (status >= 500) return `answered ${status}: ${text.slice(0, 300)}`;
  if (/node_modules|node:internal|\.ts:\d+/.test(text)) return `shows its insides: ${text}`;
  return undefined;
}

/** Ten streams: pending ones, a running one, and one of each end. */
async function createStreams(port: number): Promise<string[]> {
  const base = `http://127.0.0.1:${port}/api/streams`;
  const ids = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const response = await fetch(base, { method: "POST" });
      return ((await response.json()) as { id: string }).id;
    }),
  );
  const drive = (id: string | undefined, length: number, pace: number) =>
    fetch(`${base}/${id}/drive`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ seed: 1, length, pace }),
    });
  await (await drive(ids[0], 2_000, 0)).text();
  await (await drive(ids[1], 0, 0)).text();
  await (await drive(ids[2], 1_000, 2)).body?.cancel();
  await fetch(`${base}/${ids[3]}/stop`, { method: "POST" });
  return ids;
}

async function servesAnAnswer(port: number): Promise<boolean> {
  const ids = await createStreams(port);
  const response = await fetch(`http://127.0.0.1:${port}/api/streams/${ids[0]}`);
  return response.status === 200 && (await response.text()).length > 1_000;
}

/** What the server holds once it has come to rest. */
async function rest(fleet: Fleet): Promise<Gauge> {
  let last = await fleet.gauge(0);
  for (let quiet = 0, looks = 0; quiet < 3 && looks < 100; looks += 1) {
    await sleep(200);
    const next = await fleet.gauge(0);
    quiet = next.files === last.files && next.heap <= last.heap + 2 ** 16 ? quiet + 1 : 0;
    last = next;
  }
  return last;
}

function leakBetween(before: Gauge, after: Gauge, requests: number): string | undefined {
  const heap = after.heap - before.heap;
  const memory = after.rss - before.rss;
  // What a request may leave behind is nothing; the heap's own unrest is a few megabytes.
  if (heap > 8 * 2 ** 20 + requests * 10) return `the heap grew by ${heap} bytes`;
  if (memory > 64 * 2 ** 20 + requests * 100) return `the process grew by ${memory} bytes`;
  if (after.files > before.files + 5) return `${after.files - before.files} files stay open`;
  for (const [kind, count] of Object.entries(after.resources)) {
    const was = before.resources[kind] ?? 0;
    if (count > was + 20) return `${count - was} more of ${kind} stay`;
  }
  return undefined;
}
