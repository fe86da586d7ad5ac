// The walk of the machine: every event in every state, judged by what went before.
import { StreamError } from "../../src/lib/errors.ts";
import { step } from "../../src/lib/machine/machine.ts";
import {
  canWake,
  type Event,
  initialState,
  type State,
  type Traits,
} from "../../src/lib/machine/state.ts";
import { isTerminal, type StreamStatus } from "../../src/lib/protocol/status.ts";
import type { Walked } from "./walked.ts";

const passing = new StreamError("network", "passing");
const pausing = new StreamError("server", "pausing", { retryAfterMs: 1 });
const denied = new StreamError("unauthorized", "denied", { httpStatus: 401 });
const busy = new StreamError("server", "busy", { httpStatus: 429 });
const rejected = new StreamError("rejected", "rejected", { httpStatus: 400 });
const odd = new StreamError("protocol", "odd");
const missing = new StreamError("not_found", "missing", { httpStatus: 404 });
const gone = new StreamError("not_found", "gone", { httpStatus: 410 });

/** Every kind of event that the machine can be given. */
export const ALPHABET: readonly Event[] = [
  { type: "join" },
  { type: "join", drive: true },
  { type: "start" },
  { type: "retry" },
  { type: "leave" },
  { type: "stop" },
  { type: "wake" },
  { type: "failed" },
  { type: "failed", error: passing },
  { type: "failed", error: pausing },
  { type: "failed", error: busy },
  { type: "failed", error: denied, fatal: true },
  { type: "failed", error: rejected, fatal: true },
  { type: "failed", error: odd, fatal: true },
  { type: "failed", error: missing, fatal: true, early: true },
  { type: "failed", error: missing, fatal: true },
  { type: "failed", error: gone, fatal: true },
  { type: "lasted" },
  { type: "told" },
  { type: "told", status: "pending" },
  { type: "told", status: "streaming" },
  { type: "told", status: "done" },
  { type: "told", status: "stopped" },
  { type: "told", status: "error", error: new StreamError("generation", "generation") },
  { type: "told", status: "timeout", reason: "crash" },
  { type: "progress" },
  { type: "told", error: denied },
];

/** What the walk remembers of the past, to judge by. */
interface Past {
  /** Drives that were sent. */
  readonly drives: number;
  /** The last drive was answered. */
  readonly answered: boolean;
  /** The last drive failed, or was abandoned, before it was answered. */
  readonly unanswered: boolean;
  /** How the server refused it, before it began. */
  readonly refusal: "refused" | "denied" | undefined;
  /** A server has said how the stream stands. */
  readonly known: boolean;
  /** The server has said `pending` since. */
  readonly pendingSince: boolean;
  readonly stopped: boolean;
}

const none: Past = {
  drives: 0,
  answered: false,
  unanswered: false,
  refusal: undefined,
  known: false,
  pendingSince: false,
  stopped: false,
};

const RESTING = ["idle", "ended"];

/** The broken rules of one transition; empty where all hold. */
export function judge(
  past: Past,
  before: State,
  event: Event,
  after: State,
  effect: string | undefined,
  traits: Traits,
): string[] {
  const broken: string[] = [];
  const must = (holds: boolean, rule: string) => {
    if (!holds) broken.push(rule);
  };
  const told = event.type === "told" ? event.status : undefined;
  // 1, 6: a status never goes back, and a terminal one is final.
  if (isTerminal(before.status))
    must(after === before && !effect, "6: nothing leaves a terminal status");
  if (before.status === "streaming")
    must(after.status !== "pending", "6: a status never goes back");
  // 3: terminal by evidence, by contradiction, or since there is no such stream.
  const isGone = event.type === "failed" && event.error?.code === "not_found";
  if (isTerminal(after.status) && !isTerminal(before.status)) {
    must(
      after.status === told || (isGone && after.status === "error"),
      "3: a terminal status needs evidence",
    );
  }
  const isMissing = isGone && event.error?.httpStatus === 404 && !past.known;
  if (isMissing && event.early && !isTerminal(before.status)) {
    must(!isTerminal(after.status), "a stream that is not there yet has not ended");
  }
  const isAsked = before.mode === "asking" || before.mode === "following";
  const isMade = isMissing && !!traits.creates && before.drive === "owed";
  if (isGone && isAsked && !isMade && !(isMissing && event.early)) {
    must(after.mode === "ended", "a stream that is gone has ended");
  }
  if (isMade && isAsked) {
    must(
      after.mode === "driving",
      "5: a drive that makes its stream is sent while that is not there",
    );
  }
  if (after.mode === "ended" && before.mode !== "ended" && event.type === "told") {
    must(after.reason === event.reason, "an end has the server's reason");
  }
  // What may pass is no end: the stream rests with its status, says why, and hears of a new chance.
  if (after.mode === "idle" && after.watched) must(!!after.error, "a rest says why");
  must(
    canWake(after) === (after.mode !== "ended" && (after.mode !== "idle" || !!after.watched)),
    "a stream that is watched and has not ended hears of a page that wakes up",
  );
  if (told && isTerminal(told) && !RESTING.includes(before.mode)) {
    must(after.mode === "ended" && after.status === told, "6: evidence of the end is taken");
  }
  must(
    (after.mode === "ended") === isTerminal(after.status),
    "3: ended is terminal, and nothing else is",
  );
  // 5: one drive; again only after a failure before the answer, and a `pending` since.
  if (after.mode === "driving" && effect === "enter") {
    must(!past.stopped, "5: no drive after a stop");
    const isStarted = event.type === "start" && !!past.refusal;
    const isRetried = event.type === "retry" && past.refusal === "denied" && !traits.claims;
    const isOwed =
      !!traits.claims &&
      past.unanswered &&
      (past.pendingSince || told === "pending" || (!!traits.creates && isMissing));
    must(past.drives === 0 || !past.answered, "5: an answered drive is not sent again");
    must(
      past.drives === 0 || isStarted || isRetried || isOwed,
      traits.claims
        ? "5: a drive is sent again only where the server says that the stream is pending"
        : "5: without a claim, only what was refused before it began is sent again, and if the page says so",
    );
    must(after.drive === "spent", "5: a drive that was sent is spent");
    must(before.status === "pending", "5: a stream that is known to be claimed is not driven");
  }
  // One thing is open at a time: a mode that is left or entered says so, and no other.
  must(
    (after.mode !== before.mode) <= (effect === "enter"),
    "what is open is closed, and what the mode needs is opened",
  );
  // 10: the last reader's departure ends what is open, but for a drive that might be lost by it.
  if (event.type === "leave" && !RESTING.includes(before.mode)) {
    must(
      after.mode === "idle" ||
        (before.mode === "driving" && !before.opened && !traits.claims && !after.watched),
      "10: nobody watching costs nothing",
    );
  }
  if (event.type === "leave")
    must(!after.watched || before.mode === "ended", "10: who has left does not watch");
  if (after.mode === "idle")
    must(after.mode === before.mode || effect === "enter", "10: idle has nothing open");
  if (before.mode === "driving" && !before.watched) {
    must(
      after.watched || after.mode !== "driving" || !after.opened,
      "10: an abandoned drive ends when it is answered",
    );
    must(
      after.watched || after.mode === "driving" || RESTING.includes(after.mode),
      "10: what comes of an abandoned drive opens nothing more",
    );
  }
  judgeFailures(before, event, after, traits, must);
  // Stop is heard everywhere.
  if (event.type === "stop" && before.mode !== "ended")
    must(effect === "stop", "stop is sent in every state");
  // Effects that need something fit what is there.
  if (effect === "probe") {
    must(
      !!traits.reads && (after.mode === "driving" || after.mode === "following"),
      "a probe stands beside a connection",
    );
  }
  if (after.mode === "asking") must(!!traits.reads, "only a source that reads is asked");
  if (after.mode === "waiting" && before.mode !== "waiting")
    must(after.failures > 0 || !after.known, "a wait has a reason");
  if (event.type === "wake" && effect !== "probe") {
    must(
      effect === undefined || ["idle", "waiting"].includes(before.mode),
      "waking aborts no connection",
    );
  }
  const comes = event.type === "join" || event.type === "start";
  const asks = comes || (event.type === "retry" && !!before.watched);
  if (asks && before.mode === "idle") must(after.mode !== "idle", "a reader is served");
  if (event.type === "retry" && before.mode === "waiting" && before.watched)
    must(after.mode !== "waiting", "who asks for another try does not wait");
  if (event.type === "retry" && before.mode === "idle" && !before.watched)
    must(after === before && !effect, "10: nobody watching costs nothing");
  return broken;
}

/** Failures are counted in a row: by the machine, and by nothing else. */
function judgeFailures(
  before: State,
  event: Event,
  after: State,
  traits: Traits,
  must: (holds: boolean, rule: string) => void,
) {
  // What rests or waits has nothing open that could fail, or last.
  const open = !RESTING.includes(before.mode) && before.mode !== "waiting";
  const failed = open && event.type === "failed";
  const lasted = open && event.type === "lasted";
  must(
    after.failures <= before.failures + (failed ? 1 : 0),
    "failures are counted when something fails, one by one",
  );
  const isNew = ["join", "start", "retry"].includes(event.type);
  // An answer that there is no such stream shows that the connection works.
  const isMissing = failed && event.error?.httpStatus === 404 && !before.known;
  const ends = lasted || isMissing || event.type === "progress" || (isNew && !open);
  must(
    ends || after.failures >= before.failures,
    "failures in a row end by progress, by a new reader, or by what has been open for long",
  );
  if (lasted) {
    must(after.failures === 0, "what has been open for long begins a new row of failures");
    must(after.mode === before.mode, "what has been open for long stays open");
  }
  // At once it is asked about if the drive ended cleanly, or if asking again cannot help: no wait, no count.
  // Nor does what refused a drive for now, without a claim: it is asked about, and rests.
  const isDenied = event.type === "failed" && event.error === busy && !traits.claims;
  const counts = failed && !event.fatal && !(isDenied && before.mode === "driving");
  if (counts && before.watched && (event.error || before.mode !== "driving")) {
    must(
      after.mode === "idle" || after.failures === before.failures + 1,
      "every failure counts, unless the stream gives up",
    );
  }
  // Asked about at once: what failed first in a row, unless the server asked for a pause.
  if (!failed || before.failures > 0 || !before.watched) return;
  if (event.fatal || event.error?.retryAfterMs) return;
  must(
    after.mode === (traits.reads ? "asking" : "following"),
    "the first failure in a row is asked about at once",
  );
}

/** Whether an answer refused a drive before it began. */
function refusalOf(
  { error, fatal }: Extract<Event, { type: "failed" }>,
  { claims }: Traits,
): Past["refusal"] {
  if (error?.code === "unauthorized" || (error === busy && !claims)) return "denied";
  return fatal && (claims || error?.httpStatus) ? "refused" : undefined;
}

function remember(
  past: Past,
  before: State,
  event: Event,
  after: State,
  effect: string | undefined,
  traits: Traits,
): Past {
  const next = { ...past };
  if (before.mode === "driving") {
    if (event.type === "progress") next.answered = true;
    const over = after.mode !== "driving" || effect === "enter";
    if (over && !before.opened && event.type !== "progress") {
      next.unanswered = true;
      next.refusal = event.type === "failed" ? refusalOf(event, traits) : undefined;
    }
  }
  if (event.type === "progress" && !RESTING.includes(before.mode) && before.mode !== "waiting") {
    next.known = true;
  }
  if (event.type === "told" && event.status && !RESTING.includes(before.mode)) next.known = true;
  if (event.type === "told" && event.status === "pending") next.pendingSince = true;
  if (event.type === "stop" && before.mode !== "ended") next.stopped = true;
  if (after.mode === "driving" && effect === "enter") {
    next.drives = Math.min(2, past.drives + 1);
    next.answered = next.unanswered = next.pendingSince = false;
    next.refusal = undefined;
  }
  return next;
}

const keyOf = (state: State, past: Past) =>
  [
    state.mode,
    state.status,
    state.error?.code,
    state.error?.retryAfterMs,
    state.error?.httpStatus,
    state.known,
    state.drive,
    state.opened,
    state.watched,
    state.failures,
    ...Object.values(past),
  ].join();

/** Walks the machine, from each status that may be known at the start. */
export function walkMachine(depth: number, traits: Traits, name: string): Walked {
  const starts: (StreamStatus | undefined)[] = [undefined, "streaming", "done"];
  let layer = new Map<string, { state: State; past: Past; ways: bigint; trail: string[] }>();
  const seen = new Set<string>();
  for (const status of starts) {
    const state = initialState(status && { status });
    const past = { ...none, known: status !== undefined };
    layer.set(keyOf(state, past), { state, past, ways: 1n, trail: [String(status)] });
  }
  for (const key of layer.keys()) seen.add(key);
  let transitions = 0;
  let interleavings = 0n;
  for (let level = 0; level < depth; level++) {
    const next: typeof layer = new Map();
    for (const { state, past, ways, trail } of layer.values()) {
      for (const event of ALPHABET) {
        transitions++;
        const [after, effect] = step(state, event, traits);
        const broken = judge(past, state, event, after, effect, traits);
        const told = [...trail, JSON.stringify(event)];
        if (broken.length) throw new Error(`${name}: ${broken.join("; ")}\n${told.join("\n")}`);
        const then = remember(past, state, event, after, effect, traits);
        const key = keyOf(after, then);
        seen.add(key);
        const known = next.get(key);
        if (known) known.ways += ways;
        else next.set(key, { state: after, past: then, ways, trail: told });
      }
    }
    for (const { ways } of next.values()) interleavings += ways;
    layer = next;
  }
  return { name, states: seen.size, transitions, interleavings };
}
