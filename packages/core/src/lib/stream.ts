import { failure, StreamError, type StreamErrorCode } from "./errors.ts";
import type { Handle, StreamConfig, Wishes } from "./handle.ts";
import { type Attempt, openAttempt, STEPS } from "./http/attempt.ts";
import {
  type DriveState,
  type Effect,
  type Event,
  type Events,
  initialState,
  type Mode,
  type State,
  step,
} from "./machine/machine.ts";
import { backoff } from "./machine/retry.ts";
import type { StreamStatus } from "./protocol/status.ts";
import { createMerge, type Merged } from "./text/merge.ts";
import { createTextStore } from "./text/text-store.ts";
import { byteLength } from "./text/utf8.ts";
import type { StreamBody, StreamUpdate } from "./types.ts";

// Failures in a row that make a wait of a second or two.
const SOON = 4;

/** Runs the machine of one stream: carries out its effects, and tells the readers. */
export function createStream(
  id: string,
  config: StreamConfig,
  initial: Partial<StreamBody> = {},
  drive?: DriveState,
): Handle {
  const { platform, source, retry } = config;
  const base = { ...config, id };
  const traits = {
    claims: config.drive.claims,
    reads: source.read,
    attempts: retry?.attempts,
  };
  const merge = createMerge(initial.text);
  const wishes: Wishes = {};
  let state = initialState(initial.status, initial.error, drive);
  let attempt: Attempt | undefined;
  let close: (() => void) | undefined;
  let waking: () => void;
  let stopping: Promise<void> | undefined;

  const { $body, schedule, publish, finished } = createTextStore(
    config,
    () => ({
      text: merge.text(),
      status: state.mode === "idle" && state.error ? "error" : state.status,
      error: state.error,
    }),
    () => dispatch("join", { drive: wishes.driven }),
    () => {
      dispatch("leave");
      wishes.left = () => state.drive;
    },
  );

  const rests = ({ mode }: State) => !ENTER[mode];

  const wake = () => dispatch("wake");

  function dispatch<K extends keyof Events>(type: K, event?: Events[K]) {
    const before = state;
    const [next, effect] = step(state, { ...(event as object), type } as Event, traits);
    if (next === before && !effect) return;
    state = next;
    if (rests(next) !== rests(before)) {
      if (rests(before)) waking = platform.onWake(wake);
      else waking();
    }
    if (effect) EFFECTS[effect]();
    if (rests(next)) publish();
    else schedule();
  }

  // --- What comes in ---

  function tell(status: StreamStatus, code: string) {
    const error =
      status === "error" ? new StreamError(code as StreamErrorCode, `Failed: ${code}.`) : undefined;
    dispatch("told", { status, error });
  }

  /** Draws the conclusions of a merge; false where the piece does not go on from what is here. */
  function take(merged: Merged): boolean {
    if (merged === "grew") {
      if (state.failures || state.error || state.status === "pending") {
        dispatch("progress");
      }
      schedule();
    }
    if (merged === "clash") tell("error", "contradiction");
    return merged !== "gap";
  }

  function receive(update: StreamUpdate): boolean {
    const taken = take(
      "text" in update
        ? merge.whole(update.text)
        : merge.put(update.delta, update.offset, update.bytes),
    );
    if (taken && update.status) tell(update.status, update.error ?? "generation");
    return taken;
  }

  // --- What goes out ---

  const later = (failures: number, error: StreamError | undefined, run: () => void) =>
    platform.after(backoff(failures, error?.retryAfter, platform.random(), retry), run);

  /** Opens what the mode has open; `end` closes it by an event, with or without an error. */
  function open(run: (mine: Attempt, end: (caught?: unknown) => void) => void) {
    const end = (caught?: unknown) => {
      if (!mine.current) return;
      dispatch("failed", { ...(caught ? failure(caught) : undefined), lasted: mine.age > 3 });
    };
    const mine = openAttempt(base, end, wake);
    attempt = mine;
    close = mine.shut;
    try {
      run(mine, end);
    } catch (error) {
      end(error);
    }
  }

  const ENTER: { readonly [K in Mode]?: () => void } = {
    driving: () =>
      open((mine, end) => {
        let at = 0;
        const open = () => {
          mine.unheard = false;
          if (mine.current) dispatch("progress");
        };
        config.drive.drive(
          { ...mine, input: wishes.input },
          {
            open,
            taken() {
              open();
              end();
            },
            text(delta, bytes = byteLength(delta)) {
              if (!mine.current) return;
              at += bytes;
              take(merge.put(delta, at - bytes, bytes));
            },
            error: end,
            end: () => end(),
          },
        );
      }),
    asking: () =>
      open((mine, end) => {
        // A question is owed an answer, whatever the source: its silence counts from now.
        mine.alive();
        source.read!({ ...mine, offset: merge.bytes }).then((update) => {
          if (!mine.current) return;
          // Where it said no status, that is told as well.
          if (receive(update)) dispatch("told");
          else end();
        }, end);
      }),
    following: () =>
      open((mine, end) =>
        source.follow(
          {
            ...mine,
            // Probes bring text too, beside what is followed.
            get offset() {
              return merge.bytes;
            },
          },
          {
            next(update) {
              mine.unheard = false;
              if (mine.current && !receive(update)) end();
            },
            error: end,
            end: () => end(),
          },
        ),
      ),
    waiting() {
      close = later(state.failures, state.error, wake);
    },
  };

  const EFFECTS: { readonly [K in Effect]: () => void } = {
    enter() {
      close?.();
      ENTER[state.mode]?.();
    },
    async probe() {
      const mine = attempt!;
      if (mine.probing) return;
      mine.probing = true;
      try {
        const update = await source.read!({ ...mine, alive() {}, offset: merge.bytes });
        const before = merge.bytes;
        if (mine.current) receive(update);
        // The connection should have brought this itself.
        if (merge.bytes > before) mine.quiet = STEPS;
      } catch {
        // The connection goes on; it tells of its own failures.
      }
      mine.probing = false;
    },
    stop() {
      stopping ??= cancel();
    },
  };

  async function cancel() {
    try {
      await config.stop({ ...base, signal: new AbortController().signal, alive() {} });
      wake();
      // Where nobody watches, it looks how things stand, and rests again.
      if (!$body.lc) $body.off();
    } catch (caught) {
      const { error, fatal } = failure(caught);
      if (fatal) dispatch("told", { error });
      // In a stream that has ended meanwhile, this does nothing.
      else later(SOON, error, () => dispatch("stop"));
    }
    stopping = undefined;
  }

  return {
    id,
    wishes,
    $body,
    subscribe: $body.subscribe,
    snapshot: $body.get,
    get finished() {
      return finished();
    },
    start: () => dispatch("join", { drive: true }),
    async stop() {
      dispatch("stop");
      await stopping;
    },
  };
}
