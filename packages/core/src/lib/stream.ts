import { driveText } from "./drive/drive-text.ts";
import { sendStop } from "./drive/send-stop.ts";
import { failure, type StreamError } from "./errors.ts";
import { type Attempt, openAttempt } from "./http/attempt.ts";
import { step } from "./machine/machine.ts";
import { createEarly } from "./machine/missing.ts";
import { backoff } from "./machine/retry.ts";
import {
  bodyIn,
  canWake,
  type DriveState,
  type Effect,
  type Event,
  initialState,
  isResting,
  type Mode,
} from "./machine/state.ts";
import type { StreamBody } from "./text/body.ts";
import { readDeltas } from "./text/deltas.ts";
import { createMerge } from "./text/merge.ts";
import { createReceiver } from "./text/receive.ts";
import { createTextStore } from "./text/text-store.ts";
import type {
  DriveRequest,
  NewStreamOptions,
  SourceRequest,
  Stream,
  StreamConfig,
} from "./types.ts";

/** A stream, as its client keeps it, with what the page's components want of it. */
export interface StreamHandle {
  readonly stream: Stream;
  driven?: boolean;
  input?: unknown;
  /** The drive makes the stream, if it is not there yet. */
  create?: NewStreamOptions;
  /** Its last reader has left, and nobody has asked for it since. */
  left?: boolean;
  /** How its drive request stands. */
  drive(): DriveState;
}

/** Runs the machine of one stream: carries out its effects, and notifies the readers. */
export function createStream(
  id: string,
  config: StreamConfig,
  initial?: StreamBody,
  drive?: DriveState,
): StreamHandle {
  const { source, retry } = config;
  const context = { ...config.context, id };
  const { platform } = context;
  const traits = {
    claims: config.drive.claims,
    reads: !!source.read,
    attempts: retry?.attempts,
    get creates() {
      return !!handle.create;
    },
  };
  const merge = createMerge(initial?.text);
  let state = initialState(initial, drive);
  const isEarly = createEarly(platform.now);
  /** The request that is open. */
  let attempt: Attempt | undefined;
  /** Ends what is open, a request or a wait. */
  let close: (() => void) | undefined;
  let ignoreWakes: (() => void) | undefined;
  let stopping: Promise<void> | undefined;

  const { $body, subscribe, schedule, notify, linger, finished } = createTextStore(
    platform,
    config.throttleMs,
    () => bodyIn(state, merge.text()),
    () => dispatch({ type: "join", drive: handle.driven }),
    () => {
      dispatch({ type: "leave" });
      handle.left = true;
    },
  );

  const wake = () => dispatch({ type: "wake" });

  function dispatch(event: Event) {
    const listened = canWake(state);
    const [next, effect] = step(state, event, traits);
    if (next === state && !effect) return;
    state = next;
    if (!canWake(next)) ignoreWakes?.();
    else if (!listened) ignoreWakes = platform.onWake(wake);
    if (effect) EFFECTS[effect]();
    if (isResting(next)) notify();
    else schedule();
  }

  const { take, receive } = createReceiver(
    merge,
    () => {
      if (state.failures > 0 || state.error || state.status === "pending") {
        dispatch({ type: "progress" });
      }
      schedule();
    },
    (status, error, reason) => dispatch({ type: "told", status, error, reason }),
  );

  const later = (failures: number, error: StreamError | undefined, run: () => void) =>
    platform.after(backoff(failures, error?.retryAfterMs, platform.random(), retry), run);

  /** Opens what the mode has open; `end` closes it by an event, with or without an error. */
  function open(
    run: (
      request: DriveRequest & SourceRequest,
      mine: Attempt,
      end: (caught?: unknown) => void,
    ) => void,
  ) {
    const end = (caught?: unknown) => {
      if (!mine.open) return;
      if (!caught) return dispatch({ type: "failed" });
      const failed = failure(caught);
      dispatch({ type: "failed", ...failed, early: isEarly(failed.error) });
    };
    const mine = openAttempt(platform, config.idleTimeoutMs, end, (type) => dispatch({ type }));
    attempt = mine;
    close = mine.close;
    try {
      const request = {
        ...context,
        signal: mine.signal,
        alive: mine.alive,
        input: handle.input,
        create: handle.create,
        // Probes bring text too, beside what is followed.
        get offset() {
          return merge.bytes;
        },
      };
      run(request, mine, end);
    } catch (error) {
      end(error);
    }
  }

  const ENTER: { readonly [K in Mode]?: () => void } = {
    driving: () =>
      open((request, mine, end) =>
        driveText(config.drive, request, {
          answered() {
            mine.opened = true;
            if (mine.open) dispatch({ type: "progress" });
          },
          text(delta, offset, bytes) {
            if (mine.open) take(merge.put(delta, offset, bytes));
          },
          end,
        }),
      ),
    asking: () =>
      open((request, mine, end) => {
        // A question has an answer, whatever the source: its silence counts from now.
        mine.alive();
        source.read?.(request).then((update) => {
          if (!mine.open) return;
          // An answer without a status is an answer, too.
          if (receive(update)) dispatch({ type: "told" });
          else end();
        }, end);
      }),
    following: () =>
      open((request, mine, end) =>
        source.follow(request, {
          next(update) {
            mine.opened = true;
            if (mine.open && !receive(update)) end();
          },
          error: end,
          end: () => end(),
        }),
      ),
    waiting() {
      // Without a failure, it waits for a stream that is not there yet: about a second.
      close = later(state.failures || 3, state.error, wake);
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
        const update = await source.read({
          ...context,
          signal: mine.signal,
          alive() {},
          offset: merge.bytes,
        });
        const before = merge.bytes;
        if (mine.open) receive(update);
        // The connection should have brought this itself: unless more comes, the next tick ends it.
        if (merge.bytes > before) mine.quiet = Infinity;
      } catch {
        // The connection goes on; it reports its own failures.
      }
      mine.probing = false;
    },
    stop() {
      stopping ??= sendStop(config, context, {
        taken() {
          wake();
          // If nobody reads, it looks how things stand, and rests again.
          if ($body.lc === 0) linger();
        },
        refused: (error) => dispatch({ type: "told", error }),
        // After a second or two, the wait after so many failures. In a stream that has ended
        // meanwhile, it does nothing.
        failed: (error) => void later(4, error, () => dispatch({ type: "stop" })),
      }).then(() => {
        stopping = undefined;
      });
    },
  };

  const stream: Stream = {
    id,
    $body,
    subscribe,
    snapshot: () => $body.value,
    get finished() {
      return finished();
    },
    start: () => dispatch({ type: "start" }),
    retry: () => dispatch({ type: "retry" }),
    deltas: ({ signal } = {}) => readDeltas(stream, signal),
    async stop() {
      dispatch({ type: "stop" });
      await stopping;
    },
  };
  const handle: StreamHandle = { drive: () => state.drive, stream };
  return handle;
}
