import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createStreamClient, httpSource, type Stream, type StreamBody } from "@twinstream/core";
import type { StoreName } from "../run/schedule.ts";
import { trueText } from "../server/answer.ts";
import { describeGauge, type Gauge, gauge } from "../server/resource-usage.ts";
import { type Single, startSingle } from "../server/single-server.ts";
import { openArena } from "../store/store-engine.ts";
import { inParallel } from "../util/in-parallel.ts";
import { createRandom } from "../util/random.ts";

const AT_ONCE = 12;
const ROUND = 120;
/** What a heap may have grown by in the end: its own unrest. */
const HEAP_BOUND = 8 * 2 ** 20;
/** What the system may have given a process more than it had after the first fifth. */
const MEMORY_BOUND = 128 * 2 ** 20;
/** By how many sockets, timers or files may differ: connections that are kept alive come and go. */
const RESOURCE_BOUND = 20;

/**
 * Drives, follows, leaves, stops and deletes for so many minutes, and compares what server and
 * client hold in the end with what they held after the first fifth of it.
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
  const arena = await openArena(store);
  const server = await startSingle(arena.at ? { store: { name: store, at: arena.at } } : {});
  try {
    const end = performance.now() + minutes * 60_000;
    const warm = performance.now() + (minutes * 60_000) / 5;
    let before: { server: Gauge; client: Gauge } | undefined;
    let answers = 0;
    while (performance.now() < end || !before) {
      const seeds = Array.from({ length: ROUND }, () => answers++);
      await inParallel(seeds, AT_ONCE, (seed) => one(server, seed));
      if (server.crash) throw new Error(`The server crashed:\n${server.crash}`);
      if (!before && performance.now() >= warm) before = await measure(server);
    }
    const after = await measure(server);
    console.log(`\nsoak, ${store}: ${answers} answers in ${minutes} minutes`);
    const troubles = warnings.map((warning) => `a warning: ${warning}`);
    for (const side of ["server", "client"] as const) {
      console.log(`  ${side}, after a fifth: ${describeGauge(before[side])}`);
      console.log(`  ${side}, in the end:    ${describeGauge(after[side])}`);
      troubles.push(...growth(before[side], after[side]).map((what) => `${side}: ${what}`));
    }
    for (const trouble of troubles) console.log(`  FAILED: ${trouble}`);
    return { passed: troubles.length === 0 ? 1 : 0, failed: troubles.length, skipped: 0 };
  } finally {
    process.off("warning", warned);
    await server.close();
    await arena.close();
  }
}

async function measure(server: Single) {
  const held = await server.rest();
  // A client lingers for a moment, for readers that come back.
  const lingers = () => process.getActiveResourcesInfo().includes("Timeout");
  for (let looks = 0; looks < 100 && lingers(); looks++) await sleep(100);
  return { server: held, client: gauge() };
}

function growth(before: Gauge, after: Gauge): string[] {
  const troubles: string[] = [];
  const heap = after.heap - before.heap;
  const memory = after.rss - before.rss;
  if (heap > HEAP_BOUND) troubles.push(`the heap grew by ${heap} bytes`);
  if (memory > MEMORY_BOUND) troubles.push(`the process grew by ${memory} bytes`);
  if (after.files > before.files + RESOURCE_BOUND) {
    troubles.push(`${after.files - before.files} more files are open`);
  }
  for (const [kind, count] of Object.entries(after.resources)) {
    const more = count - (before.resources[kind] ?? 0);
    if (more > RESOURCE_BOUND) troubles.push(`${more} more of ${kind}`);
  }
  return troubles;
}

/** One answer's life: driven, followed in some mode, and perhaps left, stopped or deleted. */
async function one(server: Single, seed: number): Promise<void> {
  const random = createRandom(seed);
  const id = await server.create();
  const input = { seed, length: random.int(0, 600), pace: random.int(0, 2) };
  const source = httpSource({
    live: random.pick(["text", "sse", "long-poll", "poll"]),
    interval: 20,
  });
  const fate = random.pick(["read", "read", "leave", "stop"]);
  const driver = createStreamClient({ url: server.url }).stream(id, { driven: true, input });
  const follower = createStreamClient({ url: server.url, source }).stream(id);
  const leaving = [driver.subscribe(() => {}), follower.subscribe(() => {})];
  if (fate === "stop") await driver.stop();
  if (fate === "leave") {
    // Once the generation runs, the driver's departure ends nothing: the follower reads on.
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
