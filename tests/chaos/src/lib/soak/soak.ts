import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createStreamClient, httpSource, type Stream, type StreamBody } from "@twinstream/core";
import { trueText } from "../server/answer.ts";
import { describeUsage, measureUsage, type ResourceUsage } from "../server/resource-usage.ts";
import { type SingleServer, startSingleServer } from "../server/single-server.ts";
import type { StoreName } from "../store/open-store.ts";
import { startStoreEngine } from "../store/store-engine.ts";
import { inParallel } from "../util/in-parallel.ts";
import { createRandom } from "../util/random.ts";

const AT_ONCE = 12;
const ROUND = 120;
/** The most bytes that a heap may grow by: its own noise. */
const HEAP_BOUND = 8 * 2 ** 20;
/** The most bytes that a process may grow by after the first fifth. */
const MEMORY_BOUND = 128 * 2 ** 20;
/** The most sockets, timers or files that may be added: kept-alive connections come and go. */
const HANDLE_BOUND = 20;

/**
 * Drives, follows, leaves, stops and deletes streams for a while, and compares the resources that server
 * and client use at the end with those after the first fifth.
 *
 * @param minutes the length of the run
 */
export async function soak(
  minutes: number,
  store: StoreName,
): Promise<{ passed: number; failed: number; skipped: number }> {
  setFlagsFromString("--expose-gc");
  globalThis.gc ??= runInNewContext("gc");
  const warnings: string[] = [];
  const warned = (warning: Error) => warnings.push(warning.message);
  process.on("warning", warned);
  const engine = await startStoreEngine(store);
  const server = await startSingleServer(
    engine.at ? { store: { name: store, at: engine.at } } : {},
  );
  try {
    const end = performance.now() + minutes * 60_000;
    const warm = performance.now() + (minutes * 60_000) / 5;
    let before: { server: ResourceUsage; client: ResourceUsage } | undefined;
    let answers = 0;
    while (performance.now() < end || !before) {
      const seeds = Array.from({ length: ROUND }, () => answers++);
      await inParallel(seeds, AT_ONCE, (seed) => oneAnswer(server, seed));
      if (server.crash) throw new Error(`The server crashed:\n${server.crash}`);
      if (!before && performance.now() >= warm) before = await measureBoth(server);
    }
    const after = await measureBoth(server);
    console.log(`\nsoak, ${store}: ${answers} answers in ${minutes} minutes`);
    const failures = warnings.map((warning) => `a warning: ${warning}`);
    for (const side of ["server", "client"] as const) {
      console.log(`  ${side}, after a fifth: ${describeUsage(before[side])}`);
      console.log(`  ${side}, at the end:    ${describeUsage(after[side])}`);
      failures.push(...growth(before[side], after[side]).map((what) => `${side}: ${what}`));
    }
    for (const failure of failures) console.log(`  FAILED: ${failure}`);
    return { passed: failures.length === 0 ? 1 : 0, failed: failures.length, skipped: 0 };
  } finally {
    process.off("warning", warned);
    await server.close();
    await engine.close();
  }
}

async function measureBoth(server: SingleServer) {
  const used = await server.settledUsage();
  // A client keeps its connection for a moment, for readers that come back.
  const lingers = () => process.getActiveResourcesInfo().includes("Timeout");
  for (let looks = 0; looks < 100 && lingers(); looks++) await sleep(100);
  return { server: used, client: measureUsage() };
}

function growth(before: ResourceUsage, after: ResourceUsage): string[] {
  const failures: string[] = [];
  const heap = after.heap - before.heap;
  const memory = after.rss - before.rss;
  if (heap > HEAP_BOUND) failures.push(`the heap grew by ${heap} bytes`);
  if (memory > MEMORY_BOUND) failures.push(`the process grew by ${memory} bytes`);
  if (after.files > before.files + HANDLE_BOUND) {
    failures.push(`${after.files - before.files} more files are open`);
  }
  for (const [kind, count] of Object.entries(after.handles)) {
    const more = count - (before.handles[kind] ?? 0);
    if (more > HANDLE_BOUND) failures.push(`${more} more of ${kind}`);
  }
  return failures;
}

/** Drives one answer and follows it by a random transport. It may be left, stopped or deleted. */
async function oneAnswer(server: SingleServer, seed: number): Promise<void> {
  const random = createRandom(seed);
  const id = await server.create();
  const input = { seed, length: random.int(0, 600), pace: random.int(0, 2) };
  const source = httpSource({
    live: random.pick(["text", "sse", "long-poll", "poll"]),
    intervalMs: 20,
  });
  const fate = random.pick(["read", "read", "leave", "stop"]);
  const driver = createStreamClient({ url: server.url }).stream(id, { driven: true, input });
  const follower = createStreamClient({ url: server.url, source }).stream(id);
  const leaving = [driver.subscribe(() => {}), follower.subscribe(() => {})];
  if (fate === "stop") await driver.stop();
  if (fate === "leave") {
    // Once the generation runs, it does not need the driver: the follower reads on.
    await until(driver, ({ status }) => status !== "pending");
    leaving.shift()!();
  }
  const body = await follower.finished;
  for (const leave of leaving) leave();
  const truth = trueText(input);
  const whole = body.status === "stopped" ? truth.startsWith(body.text) : body.text === truth;
  if (!whole) throw new Error(`seed ${seed} is ${body.status} with ${body.text.length} units`);
  if (random.chance(0.5)) await fetch(`${server.url}/${id}`, { method: "DELETE" });
}

function until(stream: Stream, holds: (body: StreamBody) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = stream.subscribe((body) => {
      if (!holds(body)) return;
      resolve();
      queueMicrotask(() => unsubscribe());
    });
  });
}
