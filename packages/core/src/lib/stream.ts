import { failure, StreamError, serverError } from "./errors.ts";
import { type Attempt, openAttempt, type StreamContext } from "./http/attempt.ts";
import { sendStop } from "./http/send-stop.ts";
import {
  type DriveState,
  type Effect,
  type Event,
  initialState,
  isResting,
  type Mode,
  type State,
  step,
} from "./machine/machine.ts";
import { backoff } from "./machine/retry.ts";
import { createMerge, type Merged } from "./text/merge.ts";
import { createTextStore } from "./text/text-store.ts";
import { byteLength } from "./text/utf8.ts";
import type { Stream, StreamBody, StreamConfig, StreamUpdate } from "./types.ts";

/** What a page's components ask of one stream; the client keeps it up to date. */
export interface Wishes {
  driven?: boolean;
  input?: unknown;
}

/** How a stream begins. */
export interface Beginning {
  readonly wishes: Wishes;
  readonly initial?: StreamBody;
  /** The drive request of an earlier handle of this stream. */
  readonly drive?: DriveState;
  /** Called a second after the last reader has left. */
  readonly onLeave: () => void;
}

/** A stream, as its client keeps it. */
export interface StreamHandle {
  readonly stream: Stream;
  /** How its drive request stands. */
  driveState(): DriveState;
}

// A stop that failed is sent again after a second or two: the wait after so many failures.
const STOP_FAILURES = 4;

/** Runs the machine of one stream: carries out its effects, and notifies the readers. */
export function createStream(
  id: string,
  config: StreamConfig,
  { wishes, initial, drive, onLeave }: Beginning,
): StreamHandle {
  const { url, headers, fetch, platform, source, retry } = config;
  const context: StreamContext = { id, url, headers, fetch, platform };
  const traits = {
    claims: config.drive.claims,
    reads: !!source.read,
    attempts: retry?.attempts,
  };
  const merge = createMerge(initial?.text);
  let state = initialState(initial?.status, initial?.error, drive);
  /** The request that is open. */
  let attempt: Attempt | undefined;
  /** Ends what is open, a request or a wait. */
  let close: (() => void) | undefined;
  let ignoreWakes: (() => void) | undefined;
  let stopping: Promise<void> | undefined;

  const store = createTextStore(
    config,
    () => ({
      text: merge.text(),
      status: state.mode === "idle" && state.error ? "error" : state.status,
      error: state.error,
    }),
    () => dispatch({ type: "join", drive: wishes.driven }),
    () => {
      dispatch({ type: "leave" });
      onLeave();
    },
  );

  const wake = () => dispatch({ type: "wake" });

  function dispatch(event: Event) {
    const rested = isResting(state);
    const [next, effect] = step(state, event, traits);
    if (next === state && !effect) return;
    state = next;
    const rests = isResting(next);
    if (rested && !rests) ignoreWakes = platform.onWake(wake);
    if (rests && !rested) ignoreWakes?.();
    if (effect) EFFECTS[effect]();
    if (rests) store.publish();
    else store.schedule();
  }

  // --- What comes in ---

  /** Draws the conclusions of a merge; false if the piece does not go on from the text here. */
  function take(merged: Merged): boolean {
    if (merged === "grew") {
      if (state.failures > 0 || state.error || state.status === "pending") {
        dispatch({ type: "progress" });
      }
      store.schedule();
    }
    if (merged === "clash") {
      const error = new StreamError(
        "contradiction",
        `The stored text of stream ${id} does not continue the text that was shown.`,
      );
      dispatch({ type: "told", status: "error", error });
    }
    return merged !== "gap";
  }

  function receive(update: StreamUpdate): boolean {
    const taken = take(
      "text" in update
        ? merge.whole(update.text)
        : merge.put(update.delta, update.offset, update.bytes),
    );
    const { status } = update;
    if (taken && status) {
      const error = status === "error" ? serverError(update.error) : undefined;
      dispatch({ type: "told", status, error });
    }
    return taken;
  }

  // --- What goes out ---

  const later = (failures: number, error: StreamError | undefined, run: () => void) =>
    platform.after(backoff(failures, error?.retryAfter, platform.random(), retry), run);

  /** Opens what the mode has open; `end` closes it by an event, with or without an error. */
  function open(run: (mine: Attempt, end: (caught?: unknown) => void) => void) {
    const end = (caught?: unknown) => {
      if (!mine.open) return;
      const { lasted } = mine;
      dispatch({ type: "failed", ...(caught ? failure(caught) : undefined), lasted });
    };
    const mine = openAttempt(context, config.silence, end, wake);
    attempt = mine;
    close = mine.close;
    try {
      run(mine, end);
    } catch (error) {
      end(error);
    }
  }

  const ENTER: { readonly [K in Mode]?: () => void } = {
    driving: () =>
      open((mine, end) => {
        let offset = 0;
        const answered = () => {
          mine.answered = true;
          if (mine.open) dispatch({ type: "progress" });
        };
        config.drive.drive(
          { ...mine.request, input: wishes.input },
          {
            open: answered,
            taken() {
              answered();
              end();
            },
            text(delta, bytes = byteLength(delta)) {
              if (!mine.open) return;
              offset += bytes;
              take(merge.put(delta, offset - bytes, bytes));
            },
            error: end,
            end: () => end(),
          },
        );
      }),
    asking: () =>
      open((mine, end) => {
        // A question has an answer, whatever the source: its silence counts from now.
        mine.request.alive();
        source.read?.({ ...mine.request, offset: merge.bytes }).then((update) => {
          if (!mine.open) return;
          // An answer without a status is an answer, too.
          if (receive(update)) dispatch({ type: "told" });
          else end();
        }, end);
      }),
    following: () =>
      open((mine, end) => {
        const request = {
          ...mine.request,
          // Probes bring text too, beside what is followed.
          get offset() {
            return merge.bytes;
          },
        };
        source.follow(request, {
          next(update) {
            mine.answered = true;
            if (mine.open && !receive(update)) end();
          },
          error: end,
          end: () => end(),
        });
      }),
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
      const mine = attempt;
      if (!mine || mine.probing || !source.read) return;
      mine.probing = true;
      try {
        const request = { ...mine.request, alive() {}, offset: merge.bytes };
        const update = await source.read(request);
        const before = merge.bytes;
        if (mine.open) receive(update);
        if (merge.bytes > before) mine.suspect();
      } catch {
        // The connection goes on; it reports its own failures.
      }
      mine.probing = false;
    },
    stop() {
      stopping ??= sendStop(config.stop, context, {
        taken() {
          wake();
          // If nobody reads, it looks how things stand, and rests again.
          if (store.$body.lc === 0) store.linger();
        },
        refused: (error) => dispatch({ type: "told", error }),
        // In a stream that has ended meanwhile, this does nothing.
        lost: (error) => later(STOP_FAILURES, error, () => dispatch({ type: "stop" })),
      }).finally(() => {
        stopping = undefined;
      });
    },
  };

  const stream: Stream = {
    id,
    $body: store.$body,
    subscribe: store.subscribe,
    snapshot: () => store.$body.value,
    get finished() {
      return store.finished();
    },
    start: () => dispatch({ type: "join", drive: true }),
    async stop() {
      dispatch({ type: "stop" });
      await stopping;
    },
  };
  return { stream, driveState: () => state.drive };
}
