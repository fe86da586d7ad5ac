import { atom, type ReadableAtom } from "nanostores";
import { type Attempt, openAttempt } from "./attempt.ts";
import { isFatal, StreamError, type StreamErrorCode, toStreamError } from "./error.ts";
import { type Effect, type Event, initialState, type Mode, step, type Traits } from "./machine.ts";
import { createMerge, type Merged } from "./merge.ts";
import { backoff } from "./retry.ts";
import { isTerminal, type StreamStatus } from "./status.ts";
import type {
  Drive,
  Platform,
  RetryOptions,
  Share,
  ShareLink,
  Source,
  Stop,
  StreamBody,
  StreamUpdate,
} from "./types.ts";
import { byteLength } from "./utf8.ts";

/** One stream, as every component of a client sees it. */
export interface Stream {
  readonly id: string;
  /** The body, as a nanostore. Listening to it is reading the stream; `get()` alone sends nothing. */
  readonly $body: ReadableAtom<StreamBody> & { readonly value: StreamBody };
  /** Calls `listener` with the body now and on every change, at most once a frame. Returns the way out. */
  subscribe(listener: (body: StreamBody) => void): () => void;
  /** The body as it was last told. Sends nothing. */
  snapshot(): StreamBody;
  /**
   * Resolves with the terminal body; never rejects. Asking for it is reading the stream, until it
   * is terminal.
   */
  readonly finished: Promise<StreamBody>;
  /** Drives the stream now, where nobody has yet: one request, however often it is called. */
  start(): void;
  /**
   * Cancels the generation, everywhere; the text so far stays. Resolves once the server has taken
   * it, or has refused it (then the body's `error` says why); never rejects.
   */
  stop(): Promise<void>;
}

/** What the streams of one client share. */
export interface StreamConfig {
  readonly url?: string;
  readonly drive: Drive;
  readonly source: Source;
  readonly stop: Stop;
  readonly headers: () => Promise<Headers>;
  readonly fetch: typeof globalThis.fetch;
  readonly platform: Platform;
  readonly throttle: "frame" | number;
  readonly silence: number;
  readonly retry: RetryOptions;
  readonly share?: Share;
}

/** What a page's components want of one stream; the client keeps it up to date. */
export interface StreamWishes {
  driven?: boolean;
  input?: unknown;
}

// Bridges StrictMode's double mount and a change of route.
const LINGER = 1000;
// A connection that lived this long is no failure in a row when it breaks.
const LONG = 10_000;

const RESTS = (mode: Mode) => mode === "idle" || mode === "ended" || mode === "failed";

/** Runs the machine of one stream: carries out its effects, and publishes the body. */
export function createStream(
  id: string,
  config: StreamConfig,
  wishes: StreamWishes,
  initial: Partial<StreamBody> = {},
): Stream {
  const { platform, source, retry } = config;
  const traits: Traits = {
    claims: !!config.drive.claims,
    reads: !!source.read,
    attempts: retry.attempts ?? Number.POSITIVE_INFINITY,
  };
  const base = { id, url: config.url, headers: config.headers, fetch: config.fetch, platform };
  const merge = createMerge(initial.text);
  let state = initialState(initial.status, initial.error);
  let attempt: Attempt | undefined;
  let probe: Attempt | undefined;
  let link: ShareLink | undefined;
  let feeding = false;
  let asleep: (() => void) | undefined;
  let publishing: (() => void) | undefined;
  let leaving: (() => void) | undefined;
  let stopping: Promise<void> | undefined;
  let finished: Promise<StreamBody> | undefined;

  const body = (): StreamBody => ({
    text: merge.text(),
    status: state.mode === "failed" ? "error" : state.status,
    error: state.error,
  });
  const $body = atom(body());

  function dispatch(event: Event) {
    const before = state;
    const [next, ...effects] = step(state, event, traits);
    state = next;
    if (RESTS(next.mode) !== RESTS(before.mode)) rouse(!RESTS(next.mode));
    feed();
    for (const effect of effects) EFFECTS[effect]();
    if (next.mode === "ended" || next.mode === "failed") publish();
    else if (next.status !== before.status || next.error !== before.error) schedule();
  }

  // --- What is held only while there is something to do ---

  function rouse(active: boolean) {
    if (active) {
      asleep = platform.onWake(() => dispatch({ type: "wake" }));
      link = config.share?.join(
        id,
        {
          from: merge.from,
          length: () => merge.bytes,
          text: (delta, offset) => take(merge.add(delta, offset)),
          status(status, length, code) {
            if (length <= merge.bytes) tell(status, code);
          },
          fed: (on) => dispatch({ type: on ? "fed" : "unfed" }),
        },
        platform,
      );
    } else {
      asleep?.();
      probe?.close();
      probe = undefined;
      if (isTerminal(state.status)) link?.status(state.status, merge.bytes, state.error?.code);
      link?.leave();
      link = undefined;
    }
  }

  /** Siblings are fed by the drive, and until it has asked for evidence. */
  function feed() {
    const { mode, opened } = state;
    const on = (mode === "driving" && opened) || (mode === "asking" && feeding);
    if (on !== feeding) link?.driving(on);
    feeding = on;
  }

  // --- What comes in ---

  /** Draws the conclusions of a merge; false where the piece does not go on from what is here. */
  function take(merged: Merged): boolean {
    if (merged === "grew") {
      if (state.failures || state.error || state.status === "pending") {
        dispatch({ type: "progress" });
      }
      schedule();
    } else if (merged === "clash") {
      const error = new StreamError(
        "contradiction",
        "The persisted text is not a continuation of the text that was shown.",
      );
      dispatch({ type: "clash", error });
    }
    return merged !== "gap";
  }

  function tell(status?: StreamStatus, code = "generation") {
    const error =
      status === "error"
        ? new StreamError(code as StreamErrorCode, `The stream ended in an error: ${code}.`)
        : undefined;
    dispatch({ type: "told", status, error });
  }

  function receive(update: StreamUpdate): boolean {
    const whole = "text" in update;
    const taken = take(
      whole ? merge.whole(update.text) : merge.add(update.delta, update.offset, update.bytes),
    );
    if (taken && update.status) tell(update.status, update.error);
    return taken;
  }

  // --- What goes out ---

  /** Opens what the mode has open; `end` closes it by an event, with or without an error. */
  function open(
    failure: "broke" | "failed",
    run: (attempt: Attempt, end: (caught?: unknown) => void) => void,
  ) {
    const end = (caught?: unknown) => {
      if (!mine.open) return;
      if (platform.now() - mine.since > LONG) dispatch({ type: "progress" });
      if (!mine.open) return;
      const error = caught ? toStreamError(caught) : undefined;
      dispatch({ type: failure, error, fatal: error && isFatal(error) });
    };
    const mine = openAttempt(base, platform, config.silence, end, () => dispatch({ type: "wake" }));
    attempt = mine;
    try {
      run(mine, end);
    } catch (error) {
      end(error ?? new Error());
    }
  }

  const EFFECTS: { readonly [K in Effect]: () => void } = {
    close() {
      attempt?.close();
      attempt = undefined;
    },
    drive() {
      let at = 0;
      open("broke", (mine, end) =>
        config.drive.drive(
          { ...mine.request, input: wishes.input },
          {
            open() {
              mine.heard();
              if (mine.open) dispatch({ type: "open" });
            },
            text(delta, bytes = byteLength(delta)) {
              if (!mine.open) return;
              const offset = at;
              at += bytes;
              const merged = merge.add(delta, offset, bytes);
              if (merged === "grew") link?.text(delta, offset);
              take(merged);
            },
            taken() {
              if (mine.open) dispatch({ type: "taken" });
            },
            error: end,
            end: () => end(),
          },
        ),
      );
    },
    follow() {
      open("failed", (mine, end) =>
        source.follow(
          { ...mine.request, offset: merge.bytes },
          {
            next(update) {
              mine.heard();
              if (mine.open && !receive(update)) end();
            },
            error: end,
            end: () => end(),
          },
        ),
      );
    },
    ask() {
      open("failed", (mine, end) =>
        source.read!({ ...mine.request, offset: merge.bytes }).then((update) => {
          if (!mine.open) return;
          if (!receive(update)) end();
          else if (mine.open) tell();
        }, end),
      );
    },
    probe() {
      if (probe) return;
      const done = () => {
        if (probe === mine) probe = undefined;
        mine.close();
      };
      const mine = openAttempt(base, platform, config.silence, done, () => {});
      probe = mine;
      const { bytes } = merge;
      source.read!({ ...mine.request, offset: bytes }).then((update) => {
        if (!mine.open) return;
        done();
        const before = merge.bytes;
        receive(update);
        // What is open should have brought this itself.
        if (merge.bytes > before) attempt?.doubt();
      }, done);
    },
    wait() {
      const { failures, error } = state;
      const cancel = platform.after(backoff(failures, error?.retryAfter, retry, platform), () =>
        dispatch({ type: "due" }),
      );
      attempt = { close: cancel } as Attempt;
    },
    stop() {
      stopping ??= sendStop().finally(() => {
        stopping = undefined;
      });
    },
  };

  async function sendStop() {
    for (let failures = 1; ; failures++) {
      const mine = openAttempt(
        base,
        platform,
        config.silence,
        () => mine.close(),
        () => {},
      );
      try {
        await config.stop(mine.request);
        return dispatch({ type: "stopped" });
      } catch (caught) {
        const error = toStreamError(caught);
        if (isFatal(error) || failures > traits.attempts) {
          return dispatch({ type: "unstopped", error });
        }
        await new Promise<void>((resolve) => {
          platform.after(backoff(failures + 1, error.retryAfter, retry, platform), resolve);
        });
        if (state.mode === "ended") return;
      } finally {
        mine.close();
      }
    }
  }

  // --- Telling the readers ---

  function schedule() {
    publishing ??=
      config.throttle === "frame"
        ? platform.frame(publish)
        : platform.after(config.throttle, publish);
  }

  function publish() {
    publishing?.();
    publishing = undefined;
    const next = body();
    const { value } = $body;
    if (
      next.text.length !== value.text.length ||
      next.status !== value.status ||
      next.error !== value.error
    ) {
      $body.set(next);
    }
  }

  // A store's `get()` would mount it, and reading it must not send anything.
  $body.get = () => $body.value;
  const { listen } = $body;
  $body.listen = (listener) => {
    const first = !$body.lc && !leaving;
    leaving?.();
    leaving = undefined;
    const leave = listen(listener);
    if (first || wishes.driven) dispatch({ type: "attach", drive: wishes.driven });
    return leave;
  };
  $body.off = () => {
    if (RESTS(state.mode)) return;
    leaving = platform.after(LINGER, () => {
      leaving = undefined;
      dispatch({ type: "detach" });
    });
  };

  return {
    id,
    $body,
    subscribe: (listener) => $body.subscribe((body) => listener(body)),
    snapshot: $body.get,
    get finished() {
      finished ??= new Promise((resolve) => {
        const check = () => {
          if (!isTerminal($body.value.status)) return;
          resolve($body.value);
          leave?.();
        };
        let leave: (() => void) | undefined;
        leave = $body.listen(check);
        check();
      });
      return finished;
    },
    start: () => dispatch({ type: "start" }),
    stop() {
      dispatch({ type: "stop" });
      return stopping ?? Promise.resolve();
    },
  };
}
