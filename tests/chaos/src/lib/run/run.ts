import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isTerminal, type StreamStatus } from "@twinstream/core/protocol";
import type { Store } from "@twinstream/server";
import { type History, now } from "../history/history.ts";
import { Recorder } from "../history/recorder.ts";
import { trueText } from "../server/answer.ts";
import { readLedger } from "../server/journal.ts";
import { Fleet } from "../server/server-pool.ts";
import type { Arena, Scene } from "../store/store-engine.ts";
import { type Reader, startReader } from "./reader.ts";
import type { Blow, Schedule } from "./schedule.ts";

/**
 * How many looks at the store readers may take to settle once all faults have ended: half a minute, and
 * longer where the machine is slow. What is not settled then, is stuck.
 */
const SETTLE_LOOKS = 300;
/** How long the store is watched after that for a late write, in ms. */
const LINGER = 300;
/** How often the store is asked whether it is time to go on, in ms. */
const LOOK = 100;
/** How often the harness looks at the clock, and by how much it may be late for that, in ms. */
const TICK = 50;
const LATE = 25;

/**
 * Carries a schedule out on real servers, a real store and real clients.
 * @param folder where the run's files go
 * @returns all that happened, for the checker
 */
export async function run(schedule: Schedule, arena: Arena, folder: string): Promise<History> {
  await mkdir(folder, { recursive: true });
  const recorder = new Recorder();
  const over = new AbortController();
  const scene = await arena.openScene(folder);
  const fleet = new Fleet(
    schedule.servers.map(({ skewMs, flaky }, index) => ({
      server: `server ${index}`,
      store: scene.target,
      ledger: join(folder, `server-${index}.jsonl`),
      skewMs,
      ...(flaky === undefined ? {} : { flaky }),
      leaseMs: schedule.leaseMs,
      pendingMs: schedule.pendingMs,
    })),
    (server, output) => recorder.add({ kind: "crash", server, output }),
  );
  const readers: Reader[] = [];
  const watch = watchClock(recorder);
  let looking: Promise<void> | undefined;
  try {
    await Promise.all(schedule.servers.map((_, index) => fleet.start(index)));
    const ids = schedule.streams.map((_, index) => `${randomId()}-${index}`);
    for (const stream of ids) {
      const t = now();
      await scene.store.create(stream, schedule.pendingMs);
      recorder.add({ kind: "created", t, ended: now(), stream });
    }
    for (const plan of schedule.readers) {
      readers.push(
        await startReader(plan, {
          id: ids[plan.stream]!,
          input: schedule.streams[plan.stream]!,
          run: folder,
          recorder,
          upstream: () => fleet.nextPort(),
          signal: over.signal,
        }),
      );
    }
    looking = lookAt(scene.store, ids, schedule.lookMs, recorder, over.signal);
    // Awaited below; where something else fails first, that is what is told.
    looking.catch(() => {});
    await Promise.all([
      sleep(schedule.calmAt),
      ...schedule.blows.map(async (blow) => {
        if ("inAnswer" in blow && blow.inAnswer)
          await allOf(scene.store, ids, (s) => s !== "pending");
        await strike(blow, fleet, scene, recorder);
      }),
    ]);
    for (const reader of readers) reader.calm();
    recorder.add({ kind: "calm" });
    await settled(scene.store, ids, readers);
    await sleep(LINGER);
    over.abort();
    await looking;
    await Promise.all(ids.map((id) => recordFinal(scene.store, id, recorder)));
    await fleet.killAll();
    return await historyOf(schedule, ids, recorder, folder);
  } finally {
    clearInterval(watch);
    over.abort();
    await Promise.all(readers.map((reader) => reader.close()));
    await fleet.killAll();
    await looking?.catch(() => {});
    await scene.close();
  }
}

async function strike(blow: Blow, fleet: Fleet, scene: Scene, recorder: Recorder): Promise<void> {
  await sleep(blow.at);
  if (blow.kind === "store") {
    recorder.add({ kind: "fault", what: "store-down" });
    scene.down(blow.how);
    await sleep(blow.forMs);
    scene.up();
    recorder.add({ kind: "fault", what: "store-up" });
    return;
  }
  const server = `server ${blow.server}`;
  if (blow.kind === "kill") {
    recorder.add({ kind: "fault", what: "kill", server });
    await fleet.kill(blow.server);
    await sleep(blow.forMs);
    await fleet.start(blow.server);
    recorder.add({ kind: "fault", what: "start", server });
    return;
  }
  recorder.add({ kind: "fault", what: "pause", server });
  fleet.pause(blow.server);
  await sleep(blow.forMs);
  recorder.add({ kind: "fault", what: "resume", server });
  fleet.resume(blow.server);
}

/** Records each time that the machine kept the harness waiting. */
function watchClock(recorder: Recorder): NodeJS.Timeout {
  let due = now() + TICK;
  return setInterval(() => {
    const ended = now();
    if (ended - due > LATE) recorder.add({ kind: "lag", t: due, ended });
    due = ended + TICK;
  }, TICK);
}

/** Looks at what is stored, again and again, until aborted. */
async function lookAt(
  store: Store,
  ids: readonly string[],
  lookMs: number,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const stream of ids) {
      const t = now();
      const record = await store.status(stream);
      if (!record) continue;
      const { status, length } = record;
      recorder.add({ kind: "observed", t, ended: now(), stream, status, length });
    }
    await sleep(lookMs, undefined, { signal }).catch(() => {});
  }
}

/** Resolves once every stream has ended and every reader was told so, or when they have had the time for it. */
async function settled(
  store: Store,
  ids: readonly string[],
  readers: readonly Reader[],
): Promise<void> {
  let open = readers.length;
  for (const reader of readers) void reader.finished.then(() => open--);
  const streams = new Set(ids);
  for (let looks = 0; looks < SETTLE_LOOKS; looks += 1) {
    await sleep(LOOK);
    const [id = ids[0]!] = streams;
    const record = await store.status(id);
    if (!record || isTerminal(record.status)) streams.delete(id);
    if (streams.size === 0 && open === 0) return;
  }
}

/** Resolves once the status of every stream is such. */
async function allOf(
  store: Store,
  ids: readonly string[],
  holds: (status: StreamStatus) => boolean,
): Promise<void> {
  for (const id of ids) {
    for (;;) {
      const record = await store.status(id);
      if (!record || holds(record.status)) break;
      await sleep(LOOK, undefined, { ref: false });
    }
  }
}

async function recordFinal(store: Store, stream: string, recorder: Recorder): Promise<void> {
  const pages: Uint8Array[] = [];
  let offset = 0;
  for (;;) {
    const page = await store.read(stream, offset, 64 * 1024);
    if (!page) return;
    pages.push(page.bytes);
    offset += page.bytes.length;
    if (page.bytes.length > 0 && offset < page.length) continue;
    const bytes = Buffer.concat(pages);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const whole = offset === page.length && Buffer.from(text).equals(bytes);
    recorder.add({ kind: "final", stream, status: page.status, text, whole });
    return;
  }
}

async function historyOf(
  schedule: Schedule,
  ids: readonly string[],
  recorder: Recorder,
  folder: string,
): Promise<History> {
  const ledgers = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
  const calls = await Promise.all(ledgers.map((name) => readLedger(join(folder, name))));
  const { seed, store, leaseMs, pendingMs } = schedule;
  return {
    seed,
    store,
    leaseMs,
    pendingMs,
    streams: Object.fromEntries(
      ids.map((id, index) => [id, { text: trueText(schedule.streams[index]!) }]),
    ),
    readers: Object.fromEntries(
      schedule.readers.map(({ name, stream, browser }) => [
        name,
        { stream: ids[stream]!, ...(browser ? { browser } : {}) },
      ]),
    ),
    events: [...recorder.events, ...calls.flat()].sort((a, b) => a.t - b.t),
  };
}

function randomId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}
