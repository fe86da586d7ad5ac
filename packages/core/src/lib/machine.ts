import type { StreamError } from "./error.ts";
import { isTerminal, type StreamStatus } from "./status.ts";

/** What a stream is doing. Each but the resting ones has one thing open: a request or a timer. */
export const MODES = [
  /** Rests: nobody watches. */
  "idle",
  /** The drive was sent, and its text is read. */
  "driving",
  /** Asks the source once for what is missing and the status. */
  "asking",
  /** Follows the source. */
  "following",
  /** A sibling tab drives, and feeds this one. */
  "fed",
  /** Waits before it asks again. */
  "waiting",
  /** Rests: terminal, by evidence. */
  "ended",
  /** Rests: asking again cannot help, unless something outside changes. */
  "failed",
] as const;

export type Mode = (typeof MODES)[number];

/**
 * How the one drive request stands (invariant 5).
 * - `none`: nobody wants one
 * - `wanted`: to be sent
 * - `spent`: sent, or given up by a stop; never to be sent again
 * - `owed`: it failed before it was answered; sent again when the server says `pending`
 * - `refused`: the server said no
 */
export type Ledger = "none" | "wanted" | "spent" | "owed" | "refused";

export interface State {
  readonly mode: Mode;
  /** What is known of the persisted status. */
  readonly status: StreamStatus;
  readonly error?: StreamError;
  readonly drive: Ledger;
  /** In `driving`: whether the drive was answered. */
  readonly opened: boolean;
  /** Whether anybody watches. */
  readonly watched: boolean;
  /** Failures in a row, without progress between them. */
  readonly failures: number;
}

/** What does not change in a stream's life. */
export interface Traits {
  /** The drive's endpoint claims, so that a failed drive may be sent again. */
  readonly claims: boolean;
  /** The source can be asked once. */
  readonly reads: boolean;
  /** Failures in a row that end in `failed`. */
  readonly attempts: number;
}

/** `fatal` where asking again cannot help. */
interface Failure {
  readonly error?: StreamError;
  readonly fatal?: boolean;
}

export interface Events {
  /** A reader came; `drive` where it wants the stream driven. */
  attach: { readonly drive?: boolean };
  /** The last reader has left. */
  detach: unknown;
  /** Somebody asks to drive now. */
  start: unknown;
  /** Somebody asks to cancel the generation. */
  stop: unknown;
  /** The page is visible or online again, or a request is strangely silent. */
  wake: unknown;
  /** The wait is over. */
  due: unknown;
  /** The drive was answered: this client drives. */
  open: unknown;
  /** The drive was answered: somebody else drives, or the text cannot be read here. */
  taken: unknown;
  /** The drive failed, or (without an error) its response ended. */
  broke: Failure;
  /** The server says how the stream stands; what it said of the text is merged. Without a status: nothing for sure. */
  told: { readonly status?: StreamStatus; readonly error?: StreamError };
  /** A read or a follow failed, or (without an error) ended without evidence. */
  failed: Failure;
  /** The text grew, or a connection lived long. */
  progress: unknown;
  /** The persisted text contradicts the shown one. */
  clash: { readonly error: StreamError };
  /** A sibling tab feeds this one. */
  fed: unknown;
  /** It no longer does. */
  unfed: unknown;
  /** The server has taken the stop. */
  stopped: unknown;
  /** The stop failed for good. */
  unstopped: { readonly error: StreamError };
}

export type Event = { [K in keyof Events]: { readonly type: K } & Events[K] }[keyof Events];

/** What the shell is to do. */
export type Effect =
  /** End what is open. */
  | "close"
  | "drive"
  | "ask"
  | "follow"
  /** Start the timer: longer the more `failures`, and at least what the `error` says. */
  | "wait"
  /** Ask once, beside what is open. */
  | "probe"
  | "stop";

export type Step = readonly [state: State, ...effects: Effect[]];

type Cell<E> = (state: State, event: E, traits: Traits) => Step;

const stay: Cell<unknown> = (s) => [s];

function go(s: State, mode: Mode, effect?: Effect, change?: Partial<State>): Step {
  const next = { ...s, ...change, mode };
  return effect ? [next, "close", effect] : [next, "close"];
}

// --- Where to go next ---

const follow = (s: State): Step => go(s, "following", "follow");

const ask = (s: State, t: Traits): Step => (t.reads ? go(s, "asking", "ask") : follow(s));

const drive = (s: State): Step =>
  go(s, "driving", "drive", { drive: "spent", opened: false, error: undefined });

const fail = (s: State, error?: StreamError): Step => go(s, "failed", undefined, { error });

/** The first failure in a row is asked about at once, the others after a wait. */
function retry(s: State, t: Traits, error?: StreamError): Step {
  const failures = s.failures + 1;
  if (failures > t.attempts) return fail(s, error);
  return failures > 1 || error?.retryAfter
    ? go(s, "waiting", "wait", { failures, error: error ?? s.error })
    : ask({ ...s, failures }, t);
}

/** Notes that somebody watches, and wants a drive where one may still be sent. */
function watch(s: State, t: Traits, wants?: boolean): State {
  const free = s.drive === "none" || (s.drive === "refused" && t.claims);
  return { ...s, watched: true, drive: wants && free ? "wanted" : s.drive };
}

/** A status never goes back. */
const known = (s: State, e: Events["told"]): State =>
  s.status === "pending" && e.status ? { ...s, status: e.status } : s;

// --- Cells ---

const begin = (s: State, t: Traits): Step =>
  s.drive === "wanted" && s.status === "pending"
    ? drive(s)
    : s.drive === "owed"
      ? ask(s, t)
      : follow(s);

const attachIdle: Cell<Events["attach"]> = (s, e, t) => begin(watch(s, t, e.drive), t);

const startIdle: Cell<unknown> = (s, _, t) => begin(watch(s, t, true), t);

/** Something is open: a drive that is newly wanted takes its place. */
function join(s: State, t: Traits, wants?: boolean): Step {
  const next = watch(s, t, wants);
  return next.drive === "wanted" && next.status === "pending" ? drive(next) : [next];
}

const attachOpen: Cell<Events["attach"]> = (s, e, t) => join(s, t, e.drive);

const startOpen: Cell<unknown> = (s, _, t) => join(s, t, true);

const revive = (s: State, t: Traits, wants?: boolean): Step =>
  begin(watch({ ...s, error: undefined, failures: 0 }, t, wants), t);

const rest: Cell<unknown> = (s) => go(s, "idle", undefined, { watched: false });

/** A drive without a claim that was not answered yet might be lost by closing it: it is given the time. */
const leaveDrive: Cell<unknown> = (s, _, t) =>
  s.opened || t.claims
    ? go(s, "idle", undefined, { watched: false, drive: s.opened ? "spent" : "owed" })
    : [{ ...s, watched: false }];

const stop: Cell<unknown> = (s) => [{ ...s, drive: "spent" }, "stop"];

const probe: Cell<unknown> = (s, _, t) => (t.reads ? [s, "probe"] : [s]);

const askAgain: Cell<unknown> = (s, _, t) => ask(s, t);

const opened: Cell<unknown> = (s, e, t) => {
  const next: State = { ...known(s, { status: "streaming" }), opened: true, failures: 0 };
  return s.watched ? [next] : rest(next, e, t);
};

const taken: Cell<unknown> = (s, e, t) => (s.watched ? follow(s) : rest(s, e, t));

const broke: Cell<Events["broke"]> = (s, { error, fatal }, t) => {
  const again = t.claims && !fatal;
  const next: State = s.opened
    ? s
    : { ...s, drive: fatal ? "refused" : again ? "owed" : "spent", error: again ? s.error : error };
  if (!s.watched) return rest(next, error, t);
  return fatal && !s.opened ? ask(next, t) : retry(next, t, error);
};

/** What is heard of a stream that has nothing open, or of one that is driven. */
const told: Cell<Events["told"]> = (s, e) =>
  e.status && isTerminal(e.status)
    ? go(s, "ended", undefined, { status: e.status, error: e.error })
    : [known(s, e)];

/** What a follower hears: where the stream is still pending, it may be for this client to drive it. */
const toldFollowing: Cell<Events["told"]> = (s, e, t) => {
  if (e.status === "pending") {
    if (s.drive === "owed" || s.drive === "wanted") return drive(s);
    if (s.drive === "refused") return fail(s, s.error);
  }
  return told(s, e, t);
};

const toldAsking: Cell<Events["told"]> = (s, e, t) => {
  const step = toldFollowing(s, e, t);
  return step[0].mode === "asking" ? follow(step[0]) : step;
};

const failed: Cell<Events["failed"]> = (s, { error, fatal }, t) =>
  fatal ? fail(s, error) : retry(s, t, error);

const progress: Cell<unknown> = (s) => [
  { ...known(s, { status: "streaming" }), failures: 0, error: undefined },
];

const clash: Cell<Events["clash"]> = (s, { error }) =>
  go(s, "ended", undefined, { status: "error", error });

const fed: Cell<unknown> = (s) => go(s, "fed");

const unstopped: Cell<Events["unstopped"]> = (s, { error }) => [{ ...s, error }];

/** One row an event, one cell a mode: a missing cell does not compile. */
type Row<E> = readonly [
  idle: Cell<E>,
  driving: Cell<E>,
  asking: Cell<E>,
  following: Cell<E>,
  fed: Cell<E>,
  waiting: Cell<E>,
  ended: Cell<E>,
  failed: Cell<E>,
];

const reviveAttach: Cell<Events["attach"]> = (s, e, t) => revive(s, t, e.drive);
const reviveStart: Cell<unknown> = (s, _, t) => revive(s, t, true);

// biome-ignore format: a table
const TABLE: { readonly [K in keyof Events]: Row<Events[K]> } = {
  //         idle        driving     asking      following      fed        waiting     ended  failed
  attach:    [attachIdle, attachOpen, attachOpen, attachOpen,    attachOpen, attachOpen, stay, reviveAttach],
  detach:    [stay,       leaveDrive, rest,       rest,          rest,       rest,       stay, stay],
  start:     [startIdle,  startOpen,  startOpen,  startOpen,     startOpen,  startOpen,  stay, reviveStart],
  stop:      [stop,       stop,       stop,       stop,          stop,       stop,       stay, stop],
  wake:      [stay,       probe,      stay,       probe,         probe,      askAgain,   stay, stay],
  due:       [stay,       stay,       stay,       stay,          stay,       askAgain,   stay, stay],
  open:      [stay,       opened,     stay,       stay,          stay,       stay,       stay, stay],
  taken:     [stay,       taken,      stay,       stay,          stay,       stay,       stay, stay],
  broke:     [stay,       broke,      stay,       stay,          stay,       stay,       stay, stay],
  told:      [told,       told,       toldAsking, toldFollowing, told,       told,       stay, told],
  failed:    [stay,       stay,       failed,     failed,        stay,       stay,       stay, stay],
  progress:  [stay,       progress,   progress,   progress,      progress,   progress,   stay, stay],
  clash:     [clash,      clash,      clash,      clash,         clash,      clash,      stay, clash],
  fed:       [stay,       stay,       fed,        fed,           stay,       fed,        stay, stay],
  unfed:     [stay,       stay,       stay,       stay,          askAgain,   stay,       stay, stay],
  stopped:   [askAgain,   probe,      stay,       probe,         probe,      askAgain,   stay, askAgain],
  unstopped: [unstopped,  unstopped,  unstopped,  unstopped,     unstopped,  unstopped,  stay, stay],
};

/** Where a stream begins: resting, with what is known of its status. */
export const initialState = (status: StreamStatus = "pending", error?: StreamError): State => ({
  mode: isTerminal(status) ? "ended" : "idle",
  status,
  error,
  drive: "none",
  opened: false,
  watched: false,
  failures: 0,
});

/** The machine: what the event makes of the state, and what is to be done about it. */
export function step(state: State, event: Event, traits: Traits): Step {
  const cell = TABLE[event.type][MODES.indexOf(state.mode)] as Cell<Event>;
  return cell(state, event, traits);
}
