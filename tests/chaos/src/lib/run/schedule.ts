import { type Fault, randomFault } from "../faults/fault.ts";
import type { AnswerInput } from "../server/answer.ts";
import type { StoreName } from "../store/open-store.ts";
import { createRandom, type Random } from "../util/random.ts";

/** The transport of a follower. */
export type Live = "text" | "sse" | "long-poll" | "poll";

/** The plan of one tab, which has its own client. Times are ms after the run's start. */
export interface ReaderPlan {
  readonly name: string;
  /** The index of the stream that it reads. */
  readonly stream: number;
  readonly role: "driver" | "follower";
  /** The browser whose tabs share their text. */
  readonly browser?: string;
  readonly live: Live;
  readonly startAt: number;
  /** When it closes its tab. Without it, the reader stays to the end. */
  readonly leaveAt?: number;
  /** When its user presses Stop. */
  readonly stopAt?: number;
  /** The faults of its requests, in their order. Later requests have none. */
  readonly faults: readonly Fault[];
}

/** An incident at a server or at the store. It ends by itself after `forMs`. */
export type Incident =
  | {
      readonly kind: "kill" | "pause";
      readonly at: number;
      readonly server: number;
      readonly forMs: number;
      /** Counts `at` from the moment when every stream of the run has been claimed. */
      readonly inAnswer?: boolean;
    }
  | {
      readonly kind: "store";
      readonly at: number;
      readonly how: "cut" | "stall";
      readonly forMs: number;
    };

/** The schedule of one run, which its seed alone decides. */
export interface Schedule {
  readonly seed: number;
  readonly store: StoreName;
  readonly leaseMs: number;
  readonly pendingMs: number;
  /** The error of each server's clock, in ms, and the seed of the faults of its calls to the store, if any. */
  readonly servers: readonly { readonly skewMs: number; readonly flaky?: number }[];
  readonly streams: readonly AnswerInput[];
  readonly readers: readonly ReaderPlan[];
  readonly incidents: readonly Incident[];
  /** The ms between two reads of the stored state. A read makes an expired lease final. */
  readonly observeMs: number;
  /** When all faults have ended. */
  readonly calmAt: number;
}

const LEASE = 2_000;
const PENDING = 5_000;
const OBSERVE = 100;

/** Makes the schedule of a seed. */
export function randomSchedule(seed: number, store: StoreName): Schedule {
  const random = createRandom(seed).fork(store);
  const streams = times(random.int(2, 4), () => ({
    seed: random.int(0, 2 ** 31),
    length: random.pick([0, 40, 800, 2_000, 3_000, 3_000]),
    pace: random.pick([0, 4, 8, 12, 15]),
  }));
  // SQLite's clock is the machine's, which all of its servers share.
  const skew = () => (store === "sqlite" ? 0 : random.int(-60_000, 60_000));
  // In some runs nobody reads a lease that has expired, neither another server nor the harness, until
  // the paused server continues.
  const unseen = random.chance(0.2);
  const servers = times(unseen ? 1 : random.int(1, 3), () => ({
    skewMs: skew(),
    ...(random.chance(0.4) ? { flaky: random.int(0, 2 ** 31) } : {}),
  }));
  const readers = streams.flatMap((input, stream) => readersOf(random, stream, input));
  const incidents = unseen
    ? [longPause(random)]
    : apart(times(random.int(1, 4), () => randomIncident(random, servers.length)));
  return {
    seed,
    store,
    leaseMs: LEASE,
    pendingMs: PENDING,
    servers,
    streams,
    readers,
    incidents,
    observeMs: unseen ? 4 * LEASE : OBSERVE,
    calmAt: Math.max(1_500, ...incidents.map((incident) => incident.at + incident.forMs)),
  };
}

/** Makes a schedule that kills every answer's server in the middle of the answer, and does nothing else. */
export function killSchedule(seed: number, store: StoreName): Schedule {
  const random = createRandom(seed).fork(`${store} kill`);
  const at = random.int(150, 900);
  const streams = times(3, () => ({ seed: random.int(0, 2 ** 31), length: 3_000, pace: 10 }));
  const readers = streams.flatMap((_, stream): ReaderPlan[] => [
    { name: `${stream}.driver`, stream, role: "driver", live: "text", startAt: 0, faults: [] },
    { name: `${stream}.follower`, stream, role: "follower", live: "text", startAt: 0, faults: [] },
  ]);
  const forMs = random.int(0, 400);
  return {
    seed,
    store,
    leaseMs: LEASE,
    pendingMs: PENDING,
    servers: [{ skewMs: 0 }],
    streams,
    readers,
    incidents: [{ kind: "kill", at, server: 0, forMs, inAnswer: true }],
    observeMs: OBSERVE,
    calmAt: at + forMs,
  };
}

function readersOf(random: Random, stream: number, input: AnswerInput): ReaderPlan[] {
  const plan = (role: ReaderPlan["role"], index: number, browser?: string): ReaderPlan => ({
    name: `${stream}.${role}.${index}`,
    stream,
    role,
    ...(browser ? { browser } : {}),
    live: random.pick(["text", "text", "sse", "long-poll", "poll"]),
    startAt: random.int(0, role === "driver" ? 300 : 1_500),
    ...(random.chance(0.15) ? { leaveAt: random.int(400, 2_500) } : {}),
    ...(random.chance(0.15) ? { stopAt: random.int(0, 2_000) } : {}),
    faults: times(random.int(0, 4), () => randomFault(random, input.length)),
  });
  const browser = random.chance(0.4) ? `browser ${stream}` : undefined;
  // Two drivers race for one stream. Without a driver it stays pending until it times out.
  const drivers = random.pick([0, 1, 1, 1, 1, 2, 3]);
  return [
    ...times(drivers, (index) => plan("driver", index, browser)),
    ...(browser ? times(random.int(1, 2), (index) => plan("follower", 10 + index, browser)) : []),
    ...times(random.int(1, 2), (index) => plan("follower", index)),
  ];
}

function randomIncident(random: Random, servers: number): Incident {
  const at = random.int(100, 1_800);
  const server = random.int(0, servers - 1);
  const kind = random.pick(["kill", "pause", "store"] as const);
  if (kind === "store") {
    // Sometimes the store is away for longer than a lease, or for longer than a producer waits.
    const longest = random.pick([LEASE / 2, LEASE / 2, LEASE, 3 * LEASE]);
    return { kind, at, how: random.pick(["cut", "stall"]), forMs: random.int(50, longest) };
  }
  // Sometimes a pause is long enough to lose the lease.
  const forMs = kind === "kill" ? random.int(0, 800) : random.int(100, 2 * LEASE);
  return { kind, at, server, forMs };
}

/** A pause that is longer than a lease, and shorter than a producer's patience. */
function longPause(random: Random): Incident {
  const forMs = random.int(1.2 * LEASE, 1.8 * LEASE);
  return { kind: "pause", at: random.int(300, 1_500), server: 0, forMs };
}

/** Keeps the store's outages apart: each starts after the end of the one before. */
function apart(incidents: readonly Incident[]): Incident[] {
  let free = 0;
  return incidents
    .toSorted((a, b) => a.at - b.at)
    .map((incident) => {
      if (incident.kind !== "store") return incident;
      const at = Math.max(incident.at, free);
      free = at + incident.forMs + 100;
      return { ...incident, at };
    });
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
