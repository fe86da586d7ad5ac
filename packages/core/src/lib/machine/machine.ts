import type { StreamError } from "../errors.ts";
import { isTerminal, type StreamStatus } from "../protocol/status.ts";

/** What a stream is doing. Each but the resting ones has one thing open: a request or a timer. */
export const MODES = [
  /** Rests: nobody watches, or (with an error) asking again cannot help until something outside changes. */
  "idle",
  /** The drive was sent, and its text is read. */
  "driving",
  /** Asks the source once for what is missing and the status. */
  "asking",
  /** Follows the source. */
  "following",
  /** Waits before it asks again. */
  "waiting",
  /** Rests: terminal, by evidence. */
  "ended",
] as const;

export type Mode = (typeof MODES)[number];

/**
 * How the one drive request stands (invariant 5).
 * - `none`: none was sent yet
 * - `spent`: sent; never to be sent again
 * - `barred`: a stop was asked for; never to be sent any more
 * - `owed`: it failed before it was answered; sent again when the server says `pending`
 * - `refused`: the server rejected it
 */
export type DriveState = "none" | "spent" | "barred" | "owed" | "refused";

export interface State {
  readonly mode: Mode;
  /** What is known of the persisted status. */
  readonly status: StreamStatus;
  readonly error?: StreamError;
  readonly drive: DriveState;
  /** In `driving`: whether the drive was answered. */
  readonly opened?: boolean;
  /** Whether anybody watches. */
  readonly watched?: boolean;
  /** Failures in a row, without progress or a connection that lived for long between them. */
  readonly failures: number;
}

/** What does not change in a stream's life. */
export interface Traits {
  /** The drive's endpoint claims, so that a failed drive may be sent again. */
  readonly claims?: boolean;
  /** The source can be asked once. */
  readonly reads?: boolean;
  /** Failures in a row before it gives up. Without it, it never does. */
  readonly attempts?: number;
}

export interface Events {
  /** A reader came, or (with `drive`) the stream is to be driven. */
  join: { readonly drive?: boolean };
  /** The last reader has left. */
  leave: unknown;
  /** The generation is to be cancelled. */
  stop: unknown;
  /** Ask how things stand: a wait is over, the page is back, a request is strangely silent, a stop was taken. */
  wake: unknown;
  /** What is open failed, or (without an error) ended without evidence. */
  failed: {
    readonly error?: StreamError;
    /** Asking again cannot help. */
    readonly fatal?: boolean;
  };
  /** What is open has been open for long: if it breaks now, that is no failure in a row. */
  lasted: unknown;
  /** The server says how the stream stands; without a status, nothing is for sure. A contradiction is an `error`. */
  told: { readonly status?: StreamStatus; readonly error?: StreamError };
  /** A drive was answered, or the text grew. */
  progress: unknown;
}

export type Event = { [K in keyof Events]: { readonly type: K } & Events[K] }[keyof Events];

/** What the machine asks the shell to do. */
export type Effect =
  /** End what is open, and open what the new mode has open. */
  | "enter"
  /** Ask once, beside what is open. */
  | "probe"
  | "stop";

export type Step = readonly [state: State, effect?: Effect];

type Cell<E> = (state: State, event: E, traits: Traits) => Step;

const stay: Cell<unknown> = (s) => [s];

const go = (s: State, mode: Mode, change?: Partial<State>): Step => [
  { ...s, ...change, mode },
  "enter",
];

// --- Where to go next ---

const follow = (s: State): Step => go(s, "following");

const ask = (s: State, t: Traits): Step => (t.reads ? go(s, "asking") : follow(s));

const drive = (s: State): Step =>
  go(s, "driving", { drive: "spent", opened: false, error: undefined });

const rest = (s: State, error?: StreamError): Step => go(s, "idle", { watched: false, error });

/** The drive was not answered: what that means, unless it is barred. */
const unanswered = (s: State, drive: DriveState, error?: StreamError): State => ({
  ...s,
  error,
  drive: s.drive === "barred" ? s.drive : drive,
});

/** The first failure in a row is asked about at once, the others after a wait. */
function retry(s: State, t: Traits, error?: StreamError): Step {
  const failures = s.failures + 1;
  // What ended without an error is no reason to give up: it was asked about, and answered.
  if (error && failures > (t.attempts ?? Infinity)) return rest(s, error);
  return failures > 1 || error?.retryAfterMs
    ? go(s, "waiting", { failures, error: error ?? s.error })
    : ask({ ...s, failures }, t);
}

/** A status never goes back. */
const note = (s: State, status?: StreamStatus, change?: Partial<State>): State => ({
  ...s,
  status: s.status === "pending" && status ? status : s.status,
  ...change,
});

// --- Cells ---

/** The stream is watched; a drive is sent if it is wanted and still may be. */
const joinOpen: Cell<Events["join"]> = (s, e, t) => {
  const next = { ...s, watched: true };
  const free = s.drive === "none" || (s.drive === "refused" && t.claims);
  return e.drive && free && s.status === "pending" ? drive(next) : [next];
};

const joinResting: Cell<Events["join"]> = (s, e, t) => {
  const step = joinOpen({ ...s, error: undefined, failures: 0 }, e, t);
  const [next] = step;
  if (next.mode === "driving") return step;
  return next.drive === "owed" ? ask(next, t) : follow(next);
};

const leave: Cell<unknown> = (s) => rest(s);

/** A drive without a claim that was not answered yet might be lost by closing it, so it is left open. */
const leaveDrive: Cell<unknown> = (s, _, t) =>
  s.opened ? rest(s) : t.claims ? rest(unanswered(s, "owed")) : [{ ...s, watched: false }];

const stop: Cell<unknown> = (s) => [{ ...s, drive: "barred" }, "stop"];

const probe: Cell<unknown> = (s, _, t) => (t.reads ? [s, "probe"] : [s]);

const again: Cell<unknown> = (s, _, t) => ask(s, t);

const failed: Cell<Events["failed"]> = (s, { error, fatal }, t) =>
  fatal ? rest(s, error) : retry(s, t, error);

const driveFailed: Cell<Events["failed"]> = (s, { error, fatal }, t) => {
  const owed = t.claims && !fatal;
  const next = s.opened
    ? s
    : unanswered(s, fatal ? "refused" : owed ? "owed" : "spent", owed ? undefined : error);
  if (!s.watched) return rest(next);
  // If it ended, or the error is fatal, there is nothing to wait for.
  return fatal || !error ? ask(next, t) : retry(next, t, error);
};

const lasted: Cell<unknown> = (s) => [{ ...s, failures: 0 }];

const told: Cell<Events["told"]> = (s, { status, error }, t) => {
  if (status && isTerminal(status)) return go(s, "ended", { status, error });
  // The connection works again; only of a drive that may be lost nothing better is known.
  const heals = status && (status !== "pending" || t.claims);
  return [note(s, status, { error: heals ? error : (error ?? s.error) })];
};

/** If the server says that the stream is still pending, this client may have to drive it. */
const toldOpen: Cell<Events["told"]> = (s, e, t) => {
  if (e.status === "pending" && s.status === "pending") {
    if (s.drive === "owed") return drive(s);
    if (s.drive === "refused") return rest(s, s.error);
  }
  const step = told(s, e, t);
  return step[0].mode === "asking" ? follow(step[0]) : step;
};

const progress: Cell<unknown> = (s) => [
  note(s, "streaming", { opened: true, failures: 0, error: undefined }),
];

/** A drive that was answered, and that nobody watches any more, ends here. */
const progressDrive: Cell<unknown> = (s, e, t) => {
  const step = progress(s, e, t);
  return s.watched ? step : rest(step[0]);
};

/** One row an event, one cell a mode: a missing cell does not compile. In `ended`, nothing happens any more. */
type Row<E> = readonly [
  idle: Cell<E>,
  driving: Cell<E>,
  asking: Cell<E>,
  following: Cell<E>,
  waiting: Cell<E>,
];

// biome-ignore format: a table
export const TABLE: { readonly [K in keyof Events]: Row<Events[K]> } = {
  //         idle         driving        asking     following  waiting
  join:     [joinResting, joinOpen,      joinOpen,  joinOpen,  joinOpen],
  leave:    [stay,        leaveDrive,    leave,     leave,     leave],
  stop:     [stop,        stop,          stop,      stop,      stop],
  wake:     [again,       probe,         stay,      probe,     again],
  failed:   [stay,        driveFailed,   failed,    failed,    stay],
  lasted:   [stay,        lasted,        lasted,    lasted,    stay],
  told:     [stay,        told,          toldOpen,  toldOpen,  told],
  progress: [stay,        progressDrive, progress,  progress,  stay],
};

/** The state at the beginning: resting, with what is known of the status and of the drive. */
export const initialState = (
  status: StreamStatus = "pending",
  error?: StreamError,
  drive: DriveState = "none",
): State => ({
  mode: isTerminal(status) ? "ended" : "idle",
  status,
  error,
  drive,
  failures: 0,
});

/** Whether nothing is open: no request, and no timer. */
export const isResting = ({ mode }: State): boolean => mode === "idle" || mode === "ended";

/**
 * The machine: pure, and the only place where the state changes.
 * @returns the state after the event, and what the shell is to do
 */
export function step(state: State, event: Event, traits: Traits): Step {
  const cell = (TABLE[event.type][MODES.indexOf(state.mode)] ?? stay) as Cell<Event>;
  return cell(state, event, traits);
}
