import {
  atom,
  onStart,
  onStop,
  type PreinitializedWritableAtom,
  STORE_UNMOUNT_DELAY,
} from "nanostores";
import { isTerminal } from "../protocol/status.ts";
import type { Platform, StreamBody } from "../types.ts";

/** A body that notifies its readers of changes, and knows whether it has readers. */
export interface TextStore {
  readonly $body: PreinitializedWritableAtom<StreamBody>;
  /** Calls `listener` now and at each change, and reports the reader at once. Returns what ends it. */
  subscribe(listener: (body: StreamBody) => void): () => void;
  /** Notifies the readers of what is new: at the next frame, or after the `throttle`. */
  schedule(): void;
  /** Notifies them now. */
  publish(): void;
  /** Resolves with the terminal body. */
  finished(): Promise<StreamBody>;
  /** Reports that nobody reads, a second from now, unless a reader comes before. */
  linger(): void;
}

/**
 * Makes the store, on nanostores' own hooks (https://github.com/nanostores/nanostores#lazy-stores),
 * so that `onMount`, `onStop`, `keepMount` and `cleanStores` do with it what they do with any store.
 *
 * It is not `onMount` that reports the readers: that hears of no second reader, nor of one that comes
 * back within its delay, and its timers are not the platform's and are not cancelled by a return.
 * @param platform the clock
 * @param throttle how often readers are notified: once a frame, or every so many ms
 * @param read returns the body
 * @param join called for each reader that comes by `subscribe`, and for the first that comes by `$body`
 * @param leave called a second after the last reader has left
 */
export function createTextStore(
  platform: Platform,
  throttle: "frame" | number | undefined,
  read: () => StreamBody,
  join: () => void,
  leave: () => void,
): TextStore {
  const $body = atom(read());
  /** A reader came by `$body`, and was not reported yet. */
  let unreported = false;
  let cancelNotice: (() => void) | undefined;
  let cancelLeave: (() => void) | undefined;
  let finished: Promise<StreamBody> | undefined;
  let settle: ((body: StreamBody) => void) | undefined;

  function arrive() {
    unreported = false;
    cancelLeave?.();
    join();
  }

  // Bridges StrictMode's double mount and a change of route.
  function linger() {
    cancelLeave?.();
    cancelLeave = platform.after(STORE_UNMOUNT_DELAY, leave);
  }

  onStart($body, () => {
    unreported = true;
    // `get()` of a store without listeners listens for a moment, and looking at a stream sends
    // nothing: only a listener that is still there after this turn is a reader.
    queueMicrotask(() => {
      if (unreported && $body.lc > 0) arrive();
    });
  });
  onStop($body, () => {
    if (!unreported) linger();
  });

  function subscribe(listener: (body: StreamBody) => void) {
    const quit = $body.listen(listener);
    arrive();
    listener($body.value);
    return quit;
  }

  function publish() {
    cancelNotice?.();
    cancelNotice = undefined;
    const body = read();
    const { text, status, error } = $body.value;
    if (body.text !== text || body.status !== status || body.error !== error) $body.set(body);
    if (isTerminal(body.status)) settle?.(body);
  }

  return {
    $body,
    subscribe,
    publish,
    linger,
    schedule() {
      cancelNotice ??=
        typeof throttle === "number" && throttle > 0
          ? platform.after(throttle, publish)
          : platform.frame(publish);
    },
    finished() {
      finished ??= new Promise((resolve) => {
        const quit = subscribe(() => {});
        // Called by `publish`, since `cleanStores` removes listeners.
        settle = (body) => {
          resolve(body);
          quit();
        };
        if (isTerminal($body.value.status)) settle($body.value);
      });
      return finished;
    },
  };
}
