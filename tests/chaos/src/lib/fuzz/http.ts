import fc from "fast-check";
import { describeUsage, type ResourceUsage } from "../server/resource-usage.ts";
import { type SingleServer, startSingleServer } from "../server/single-server.ts";
import { inParallel } from "../util/in-parallel.ts";
import { encodeRequest, type FuzzRequest, fuzzRequests } from "./requests.ts";
import { type RawAnswer, send } from "./send.ts";

const BATCH = 250;
const AT_ONCE = 16;
/** Longer than a long-poll of the server, in ms. Every answer's head comes within it. */
const PATIENCE = 20_000;
/** How long the client waits if it never sends the announced body, in ms. */
const SHORT_PATIENCE = 200;

interface Failure {
  readonly request: FuzzRequest;
  readonly what: string;
}

/**
 * Sends hostile requests to a real server, many at once, and prints the result. The server must answer
 * each below 500 or close its connection, continue to serve, and use no more resources at the end than
 * before.
 */
export async function fuzzHttp(
  count: number,
  seed: number,
): Promise<{ passed: number; failed: number; skipped: number }> {
  const server = await startSingleServer();
  try {
    const failures: Failure[] = [];
    const statuses = new Map<number, number>();
    let sent = 0;
    let before: ResourceUsage | undefined;
    for (let batch = 0; sent < count && server.crash === undefined; batch += 1) {
      const size = Math.min(BATCH, count - sent);
      const requests = fc.sample(fuzzRequests, { numRuns: size, seed: seed + batch });
      const ids = await createStreams(server);
      const one = async (request: FuzzRequest) => {
        const patience = request.framing === "lie" ? SHORT_PATIENCE : PATIENCE;
        const answer = await send(server.port, encodeRequest(request, ids), patience);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const what = failureOf(answer, request);
        if (what) failures.push({ request, what });
      };
      await inParallel(requests, AT_ONCE, one);
      sent += size;
      // Modules and code that load lazily are no leak: the first requests warm the server up.
      if (!before && sent >= Math.min(count / 5, 10_000)) before = await server.settledUsage();
    }
    const { crash } = server;
    const after = crash === undefined ? await server.settledUsage() : undefined;
    const alive = crash === undefined && (await servesAnAnswer(server));
    const leak =
      before && after
        ? leakBetween(before, after, sent)
        : "the server's usage was not measured, before or after";

    const list = [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([s, n]) => `${s > 0 ? s : s === 0 ? "closed" : "waited for"} ${n}`);
    console.log(`\nfuzz: ${sent} requests (seed ${seed}); answers: ${list.join(", ")}`);
    if (before && after) {
      console.log(`  before: ${describeUsage(before)}\n  after:  ${describeUsage(after)}`);
    }
    for (const { request, what } of failures.slice(0, 10)) {
      const printable = { ...request, body: Buffer.from(request.body).toString("latin1") };
      console.log(`  FAILED: ${what}\n    ${JSON.stringify(printable).slice(0, 600)}`);
    }
    if (crash !== undefined) console.log(`  FAILED: the server crashed:\n${crash}`);
    if (!alive) console.log("  FAILED: the server no longer serves an answer");
    if (leak) console.log(`  FAILED: ${leak}`);
    const failed = failures.length + (alive ? 0 : 1) + (leak ? 1 : 0);
    return {
      passed: sent - failures.length + (alive ? 1 : 0) + (leak ? 0 : 1),
      failed,
      skipped: 0,
    };
  } finally {
    await server.close();
  }
}

function failureOf({ status, text }: RawAnswer, { framing }: FuzzRequest): string | undefined {
  // The server may wait for an announced body that never comes. It answers or refuses all else.
  if (status === -1) return framing === "lie" ? undefined : "no answer";
  if (status >= 500) return `answered ${status}: ${text.slice(0, 300)}`;
  if (/node_modules|node:internal|\.ts:\d+/.test(text)) return `shows its insides: ${text}`;
  return undefined;
}

/** Creates ten streams: pending ones, a running one, and one of each end. */
async function createStreams(server: SingleServer): Promise<string[]> {
  const ids = await Promise.all(Array.from({ length: 10 }, () => server.create()));
  await (await server.drive(ids[0]!, { seed: 1, length: 2_000, pace: 0 })).text();
  await (await server.drive(ids[1]!, { seed: 1, length: 0, pace: 0 })).text();
  await (await server.drive(ids[2]!, { seed: 1, length: 1_000, pace: 2 })).body?.cancel();
  await fetch(`${server.url}/${ids[3]}/stop`, { method: "POST" });
  return ids;
}

async function servesAnAnswer(server: SingleServer): Promise<boolean> {
  const [id] = await createStreams(server);
  const response = await fetch(`${server.url}/${id}`);
  return response.status === 200 && (await response.text()).length > 1_000;
}

function leakBetween(
  before: ResourceUsage,
  after: ResourceUsage,
  requests: number,
): string | undefined {
  const heap = after.heap - before.heap;
  const memory = after.rss - before.rss;
  // A request may leave nothing behind. The heap's own noise is a few megabytes.
  if (heap > 8 * 2 ** 20 + requests * 10) return `the heap grew by ${heap} bytes`;
  if (memory > 24 * 2 ** 20 + requests * 100) return `the process grew by ${memory} bytes`;
  if (after.files > before.files + 5) return `${after.files - before.files} files stay open`;
  for (const [kind, count] of Object.entries(after.handles)) {
    const was = before.handles[kind] ?? 0;
    if (count > was + 20) return `${count - was} more of ${kind} stay`;
  }
  return undefined;
}
