import { type Fault, randomFault } from "../faults/fault.ts";
import type { AnswerInput } from "../server/answer.ts";
import { createRandom, type Random } from "../util/random.ts";

/** The stores that the harness attacks. */
export type StoreName = "sqlite" | "postgres" | "redis";

export const storeNames: readonly StoreName[] = ["sqlite", "postgres", "redis"];

/** How a reader follows. */
export type Live = "text" | "sse" | "long-poll" | "poll";

/** One tab, with a client of its own. Times are ms after the run's start. */
export interface ReaderPlan {
  readonly name: string;
  /** Which of the run's streams it reads. */
  readonly stream: number;
  readonly role: "driver" | "follower";
  /** The browser whose tabs share what they read. */
  readonly browser?: string;
  readonly live: Live;
  readonly startAt: number;
  /** When it closes its tab (it may stay to the end). */
  readonly leaveAt?: number;
  /** When its user presses stop. */
  readonly stopAt?: number;
  /** What happens to its requests, in the order in which they come; after these, nothing. */
  readonly faults: readonly Fault[];
}

/** Something that happens to a server or to the store. Each of them ends by itself after `forMs`. */
export type Blow =
  | {
      readonly kind: "kill" | "pause";
      readonly at: number;
      readonly server: number;
      readonly forMs: number;
      /** Counts `at` from the moment when every stream of the run is being generated. */
      readonly inAnswer?: boolean;
    }
  | {
      readonly kind: "store";
      readonly at: number;
      readonly how: "cut" | "stall";
      readonly forMs: number;
    };

/** What one run does, decided by its seed alone. */
export interface Schedule {
  readonly seed: number;
  readonly store: StoreName;
  readonly leaseMs: number;
  readonly pendingMs: number;
  /** By how many ms each server's clock is wrong; the seed of what its calls to the store suffer, if anything. */
  readonly servers: readonly { readonly skewMs: number; readonly flaky?: number }[];
  readonly streams: readonly AnswerInput[];
  readonly readers: readonly ReaderPlan[];
  readonly blows: readonly Blow[];
  /** How often the harness looks at what is stored, in ms. A look makes a run-out lease final. */
  readonly lookMs: number;
  /** When all faults end. */
  readonly calmAt: number;
}

const LEASE = 2_000;
const PENDING = 5_000;
const LOOK = 100;

/** The schedule of a seed. */
export function randomSchedule(seed: number, store: StoreName): Schedule {
  const random = createRandom(seed).fork(store);
  const streams = times(random.int(2, 4), () => ({
    seed: random.int(0, 2 ** 31),
    length: random.pick([0, 40, 800, 2_000, 3_000, 3_000]),
    pace: random.pick([0, 4, 8, 12, 15]),
  }));
  // SQLite's clock is the machine's, which all of its servers share.
  const skew = () => (store === "sqlite" ? 0 : random.int(-60_000, 60_000));
  // In some runs nobody looks at a lease that has run out, neither another server nor the harness,
  // until the server that was paused goes on.
  const unseen = random.chance(0.2);
  const servers = times(unseen ? 1 : random.int(1, 3), () => ({
    skewMs: skew(),
    ...(random.chance(0.4) ? { flaky: random.int(0, 2 ** 31) } : {}),
  }));
  const readers = streams.flatMap((input, stream) => readersOf(random, stream, input));
  const blows = unseen
    ? [longPause(random)]
    : apart(times(random.int(1, 4), () => randomBlow(random, servers.length)));
  return {
    seed,
    store,
    leaseMs: LEASE,
    pendingMs: PENDING,
    servers,
    streams,
    readers,
    blows,
    lookMs: unseen ? 4 * LEASE : LOOK,
    calmAt: Math.max(1_500, ...blows.map((blow) => blow.at + blow.forMs)),
  };
}

/** A schedule in which every answer's server is killed in the middle of it, and nothing else happens. */
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
    blows: [{ kind: "kill", at, server: 0, forMs, inAnswer: true }],
    lookMs: LOOK,
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
  // Two drivers race for one stream; without a driver it stays pending until its time is over.
  const drivers = random.pick([0, 1, 1, 1, 1, 2, 3]);
  return [
    ...times(drivers, (index) => plan("driver", index, browser)),
    ...(browser ? times(random.int(1, 2), (index) => plan("follower", 10 + index, browser)) : []),
    ...times(random.int(1, 2), (index) => plan("follower", index)),
  ];
}

function randomBlow(random: Random, servers: number): Blow {
  const at = random.int(100, 1_800);
  const server = random.int(0, servers - 1);
  const kind = random.pick(["kill", "pause", "store"] as const);
  if (kind === "store") {
    // Now and then it is away for longer than a lease, or than a producer waits for it.
    const longest = random.pick([LEASE / 2, LEASE / 2, LEASE, 3 * LEASE]);
    return { kind, at, how: random.pick(["cut", "stall"]), forMs: random.int(50, longest) };
  }
  // A pause is now and then long enough to lose the lease.
  const forMs = kind === "kill" ? random.int(0, 800) : random.int(100, 2 * LEASE);
  return { kind, at, server, forMs };
}

/** A pause for longer than a lease lasts, and shorter than a producer holds out. */
function longPause(random: Random): Blow {
  const forMs = random.int(1.2 * LEASE, 1.8 * LEASE);
  return { kind: "pause", at: random.int(300, 1_500), server: 0, forMs };
}

/** One outage at a time: a later one waits for the end of the one before. */
function apart(blows: readonly Blow[]): Blow[] {
  let free = 0;
  return blows
    .toSorted((a, b) => a.at - b.at)
    .map((blow) => {
      if (blow.kind !== "store") return blow;
      const at = Math.max(blow.at, free);
      free = at + blow.forMs + 100;
      return { ...blow, at };
    });
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
