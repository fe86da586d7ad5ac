import type { StreamError } from "../errors.ts";
import { isTerminal, type StreamStatus } from "../protocol/status.ts";
import {
  type DriveState,
  type Event,
  type Events,
  MODES,
  type Mode,
  type State,
  type Step,
  type Traits,
} from "./state.ts";

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

/** Rests with the status that it has: the error may pass. */
const rest = (s: State, error?: StreamError): Step => go(s, "idle", { error });

const end = (s: State, status: StreamStatus, change?: Partial<State>): Step =>
  go(s, "ended", { ...change, status });

/** Asking again cannot help: a stream that is gone has ended, all else rests. */
const giveUp = (s: State, error?: StreamError): Step =>
  error?.code === "not_found" ? end(s, "error", { error }) : rest(s, error);

/** The drive was not answered: what that means, unless it is barred. */
const unanswered = (s: State, drive: DriveState, error?: StreamError): State => ({
  ...s,
  error,
  drive: s.drive === "barred" ? s.drive : drive,
});

/** How a drive stands that was refused before it began: `fatal` says that sending it again cannot help. */
function refusal(
  error: StreamError | undefined,
  fatal: boolean | undefined,
  t: Traits,
): DriveState {
  const busy = error?.httpStatus === 429;
  if (error?.code === "unauthorized" || (busy && !t.claims)) return "denied";
  if (t.claims) return fatal ? "refused" : "owed";
  // Without a claim, only an answer proves that nothing has begun.
  return fatal && error?.httpStatus ? "refused" : "spent";
}

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
  known: s.known || !!status,
  ...change,
});

/** With a claim, a drive that was denied may be sent again once the server says `pending`. */
const renew = (s: State, t: Traits): State =>
  s.drive === "denied" && t.claims ? { ...s, drive: "owed" } : s;

/** The error of a drive that was refused stays, since nothing else says why nothing comes. */
const lasting = (s: State): StreamError | undefined =>
  s.drive === "refused" || s.drive === "denied" ? s.error : undefined;

// --- Cells ---

/** The stream is watched; a drive that is wanted is sent while the stream is pending. */
const watch = (s: State, wanted: boolean | undefined): Step => {
  const next = { ...s, watched: true };
  return wanted && s.status === "pending" ? drive(next) : [next];
};

const joinOpen: Cell<Events["join"]> = (s, e) => watch(s, e.drive && s.drive === "none");

const joinResting: Cell<Events["join"]> = (s, e, t) => {
  const fresh = renew(s, t);
  const step = joinOpen({ ...fresh, error: lasting(fresh), failures: 0 }, e, t);
  const [next] = step;
  if (next.mode === "driving") return step;
  return next.drive === "owed" ? ask(next, t) : follow(next);
};

/** What was refused before it began may be sent again, if the page says so. */
const MAY_START = ["none", "refused", "denied"];

const startOpen: Cell<unknown> = (s) => watch(s, MAY_START.includes(s.drive));

const startResting: Cell<unknown> = (s, e, t) => {
  const step = startOpen({ ...s, failures: 0 }, e, t);
  return step[0].mode === "driving" ? step : joinResting(s, {}, t);
};

/** For a stream that nobody watches, nothing is asked. */
const retryNow: Cell<unknown> = (s, _, t) =>
  !s.watched
    ? [s]
    : s.drive === "denied" && !t.claims && s.status === "pending"
      ? drive({ ...s, failures: 0 })
      : joinResting(s, {}, t);

const leave: Cell<unknown> = (s) => go(s, "idle", { watched: false, error: lasting(s) });

const leaveResting: Cell<unknown> = (s) => [{ ...s, watched: false }];

/** A drive without a claim that was not answered yet might be lost by closing it, so it is left open. */
const leaveDrive: Cell<unknown> = (s, e, t) =>
  s.opened
    ? leave(s, e, t)
    : t.claims
      ? leave(unanswered(s, "owed"), e, t)
      : [{ ...s, watched: false }];

const stop: Cell<unknown> = (s) => [{ ...s, drive: "barred" }, "stop"];

const probe: Cell<unknown> = (s, _, t) => (t.reads ? [s, "probe"] : [s]);

const again: Cell<unknown> = (s, _, t) => ask(renew(s, t), t);

/** A stream that no server knows of may be there in a moment: its drive makes it, or another page's. */
const missing: Cell<Events["failed"]> = (s, { error, early }, t) =>
  t.creates && s.drive === "owed"
    ? drive(s)
    : early
      ? go(s, "waiting", { failures: 0, error: lasting(s) })
      : giveUp(s, error);

const failed: Cell<Events["failed"]> = (s, e, t) => {
  const { error, fatal } = e;
  if (error?.httpStatus === 404 && !s.known) return missing(s, e, t);
  return fatal ? giveUp(s, error) : retry(s, t, error);
};

const driveFailed: Cell<Events["failed"]> = (s, { error, fatal }, t) => {
  const state = refusal(error, fatal, t);
  const next = s.opened ? s : unanswered(s, state, state === "owed" ? undefined : error);
  if (!s.watched) return leave(next, {}, t);
  // If it ended, or was refused, there is nothing to wait for.
  return fatal || state === "denied" || !error ? ask(next, t) : retry(next, t, error);
};

const lasted: Cell<unknown> = (s) => [{ ...s, failures: 0 }];

const told: Cell<Events["told"]> = (s, { status, error, reason }, t) => {
  if (status && isTerminal(status)) return end(s, status, { error, reason });
  // The connection works again; only of a drive that may be lost, or was refused, nothing better is known.
  const heals = status && (status !== "pending" || t.claims);
  return [note(s, status, { error: error ?? (heals ? lasting(s) : s.error) })];
};

/** If the server says that the stream is still pending, this client may have to drive it. */
const toldOpen: Cell<Events["told"]> = (s, e, t) => {
  if (e.status === "pending" && s.status === "pending") {
    if (s.drive === "owed") return drive(note(s, e.status));
    if (s.drive === "denied") return rest(note(s, e.status), s.error);
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
  return s.watched ? step : leave(step[0], e, t);
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
  //         idle          driving        asking     following  waiting
  join:     [joinResting,  joinOpen,      joinOpen,  joinOpen,  joinOpen],
  start:    [startResting, startOpen,     startOpen, startOpen, startOpen],
  retry:    [retryNow,     stay,          stay,      stay,      retryNow],
  leave:    [leaveResting, leaveDrive,    leave,     leave,     leave],
  stop:     [stop,         stop,          stop,      stop,      stop],
  wake:     [again,        probe,         stay,      probe,     again],
  failed:   [stay,         driveFailed,   failed,    failed,    stay],
  lasted:   [stay,         lasted,        lasted,    lasted,    stay],
  told:     [stay,         told,          toldOpen,  toldOpen,  told],
  progress: [stay,         progressDrive, progress,  progress,  stay],
};

/**
 * The machine: pure, and the only place where the state changes.
 * @returns the state after the event, and what the shell is to do
 */
export function step(state: State, event: Event, traits: Traits): Step {
  const cell = (TABLE[event.type][MODES.indexOf(state.mode)] ?? stay) as Cell<Event>;
  return cell(state, event, traits);
}
