import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isTerminal, type StreamStatus } from "@twinstream/core/protocol";
import type { Store } from "@twinstream/server";
import { type History, now } from "../history/history.ts";
import { Recorder } from "../history/recorder.ts";
import { trueText } from "../server/answer.ts";
import { readJournal } from "../server/journal.ts";
import { ServerPool } from "../server/server-pool.ts";
import type { RunStore, StoreEngine } from "../store/store-engine.ts";
import { type Reader, startReader } from "./reader.ts";
import type { Incident, Schedule } from "./schedule.ts";

/**
 * How many reads of the store readers may take to settle once all faults have ended: half a minute, and
 * longer on a slow machine. A reader that has not settled by then is stuck.
 */
const SETTLE_READS = 300;
/** How long the store is then observed for a late write, in ms. */
const LINGER = 300;
/** The ms between two checks whether the run can continue. */
const POLL = 100;
/** The ms between two checks of the clock, and by how many ms a check may be late. */
const TICK = 50;
const LATE = 25;

/**
 * Carries a schedule out on real servers, a real store and real clients.
 *
 * @param folder the folder for the run's files
 * @returns the history, for the checker
 */
export async function run(
  schedule: Schedule,
  engine: StoreEngine,
  folder: string,
): Promise<History> {
  await mkdir(folder, { recursive: true });
  const recorder = new Recorder();
  const over = new AbortController();
  const runStore = await engine.openRunStore(folder);
  const pool = new ServerPool(
    schedule.servers.map(({ skewMs, flaky }, index) => ({
      server: `server ${index}`,
      store: runStore.address,
      journal: join(folder, `server-${index}.jsonl`),
      skewMs,
      ...(flaky === undefined ? {} : { flaky }),
      leaseMs: schedule.leaseMs,
      pendingMs: schedule.pendingMs,
    })),
    (server, output) => recorder.add({ kind: "crash", server, output }),
  );
  const readers: Reader[] = [];
  const watch = watchClock(recorder);
  let observing: Promise<void> | undefined;
  try {
    await Promise.all(schedule.servers.map((_, index) => pool.start(index)));
    const ids = schedule.streams.map((_, index) => `${randomId()}-${index}`);
    for (const stream of ids) {
      const t = now();
      await runStore.store.create(stream, { pendingMs: schedule.pendingMs });
      recorder.add({ kind: "created", t, ended: now(), stream });
    }
    for (const plan of schedule.readers) {
      readers.push(
        await startReader(plan, {
          id: ids[plan.stream]!,
          input: schedule.streams[plan.stream]!,
          run: folder,
          recorder,
          upstream: () => pool.nextPort(),
          signal: over.signal,
        }),
      );
    }
    observing = observe(runStore.store, ids, schedule.observeMs, recorder, over.signal);
    // Awaited below. If something else fails first, that error is the one to report.
    observing.catch(() => {});
    await Promise.all([
      sleep(schedule.calmAt),
      ...schedule.incidents.map(async (incident) => {
        if ("inAnswer" in incident && incident.inAnswer)
          await allOf(runStore.store, ids, (s) => s !== "pending");
        await carryOut(incident, pool, runStore, recorder);
      }),
    ]);
    for (const reader of readers) reader.calm();
    recorder.add({ kind: "calm" });
    await settled(runStore.store, ids, readers);
    await sleep(LINGER);
    over.abort();
    await observing;
    await Promise.all(ids.map((id) => recordFinal(runStore.store, id, recorder)));
    await pool.killAll();
    return await historyOf(schedule, ids, recorder, folder);
  } finally {
    clearInterval(watch);
    over.abort();
    await Promise.all(readers.map((reader) => reader.close()));
    await pool.killAll();
    await observing?.catch(() => {});
    await runStore.close();
  }
}

async function carryOut(
  incident: Incident,
  pool: ServerPool,
  runStore: RunStore,
  recorder: Recorder,
): Promise<void> {
  await sleep(incident.at);
  if (incident.kind === "store") {
    recorder.add({ kind: "fault", what: "store-down" });
    runStore.down(incident.how);
    await sleep(incident.forMs);
    runStore.up();
    recorder.add({ kind: "fault", what: "store-up" });
    return;
  }
  const server = `server ${incident.server}`;
  if (incident.kind === "kill") {
    recorder.add({ kind: "fault", what: "kill", server });
    await pool.kill(incident.server);
    await sleep(incident.forMs);
    await pool.start(incident.server);
    recorder.add({ kind: "fault", what: "start", server });
    return;
  }
  recorder.add({ kind: "fault", what: "pause", server });
  pool.pause(incident.server);
  await sleep(incident.forMs);
  recorder.add({ kind: "fault", what: "resume", server });
  pool.resume(incident.server);
}

/** Records each moment at which the machine kept the harness waiting. */
function watchClock(recorder: Recorder): NodeJS.Timeout {
  let due = now() + TICK;
  return setInterval(() => {
    const ended = now();
    if (ended - due > LATE) recorder.add({ kind: "lag", t: due, ended });
    due = ended + TICK;
  }, TICK);
}

/** Reads the stored state again and again until aborted. */
async function observe(
  store: Store,
  ids: readonly string[],
  observeMs: number,
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
    await sleep(observeMs, undefined, { signal }).catch(() => {});
  }
}

/** Resolves when every stream has ended and every reader knows it, or when they have had the time for it. */
async function settled(
  store: Store,
  ids: readonly string[],
  readers: readonly Reader[],
): Promise<void> {
  let open = readers.length;
  for (const reader of readers) void reader.finished.then(() => open--);
  const streams = new Set(ids);
  for (let reads = 0; reads < SETTLE_READS; reads += 1) {
    await sleep(POLL);
    const [id = ids[0]!] = streams;
    const record = await store.status(id);
    if (!record || isTerminal(record.status)) streams.delete(id);
    if (streams.size === 0 && open === 0) return;
  }
}

/** Resolves when `holds` is true for the status of every stream. */
async function allOf(
  store: Store,
  ids: readonly string[],
  holds: (status: StreamStatus) => boolean,
): Promise<void> {
  for (const id of ids) {
    for (;;) {
      const record = await store.status(id);
      if (!record || holds(record.status)) break;
      await sleep(POLL, undefined, { ref: false });
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
  const journals = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
  const calls = await Promise.all(journals.map((name) => readJournal(join(folder, name))));
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
