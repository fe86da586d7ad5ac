import type { StreamError } from "../errors.ts";
import { isTerminal, type StreamStatus } from "../protocol/status.ts";
import type { StreamBody, StreamReason } from "../text/body.ts";

/** What a stream is doing. Each but the resting ones has one thing open: a request or a timer. */
export const MODES = [
  /** Rests: nobody watches, or (watched, with an error) asking again cannot help until something outside changes. */
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
 * - `refused`: the server rejected it before it began; sent again if the page starts it again
 * - `denied`: the server refused it for its credentials, or for now; also sent again when these may
 *   be others
 */
export type DriveState = "none" | "spent" | "barred" | "owed" | "refused" | "denied";

export interface State {
  readonly mode: Mode;
  /** What is known of the persisted status. */
  readonly status: StreamStatus;
  /** Why the stream ended in `error`; before its end, what it retries after or rests for. */
  readonly error?: StreamError;
  /** Why the stream ended as it did, if the server says. */
  readonly reason?: StreamReason;
  /** Whether a server has said how the stream stands: before that, it may not be there yet. */
  readonly known?: boolean;
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
  /** A drive makes the stream, if it is not there yet. */
  readonly creates?: boolean;
  /** The source can be asked once. */
  readonly reads?: boolean;
  /** Failures in a row before it gives up. Without it, it never does. */
  readonly attempts?: number;
}

export interface Events {
  /** A reader came, who (with `drive`) wants the stream driven. */
  join: { readonly drive?: boolean };
  /** The page starts the drive by itself. */
  start: unknown;
  /** The page asks for another try. */
  retry: unknown;
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
    /** There is no such stream, and it has been looked for only for seconds. */
    readonly early?: boolean;
  };
  /** What is open has been open for long: if it breaks now, that is no failure in a row. */
  lasted: unknown;
  /** The server says how the stream stands; without a status, nothing is for sure. A contradiction is an `error`. */
  told: {
    readonly status?: StreamStatus;
    readonly error?: StreamError;
    readonly reason?: StreamReason;
  };
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

/** The state at the beginning: resting, with what is known of the body and of the drive. */
export const initialState = (
  { status, error, reason }: Pick<State, "status" | "error" | "reason"> = { status: "pending" },
  drive: DriveState = "none",
): State => ({
  mode: isTerminal(status) ? "ended" : "idle",
  status,
  error,
  reason,
  known: status !== "pending",
  drive,
  failures: 0,
});

/** Whether nothing is open: no request, and no timer. */
export const isResting = ({ mode }: State): boolean => mode === "idle" || mode === "ended";

/** Whether a page that wakes up changes anything: not in a stream that ended, or that nobody watches. */
export const canWake = (s: State): boolean =>
  s.mode !== "ended" && (s.mode !== "idle" || !!s.watched);

/** The body, as readers see it. */
export const bodyIn = ({ status, error, reason }: State, text: string): StreamBody => ({
  text,
  status,
  error,
  reason,
});
