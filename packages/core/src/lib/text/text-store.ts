import { atom, type PreinitializedWritableAtom } from "nanostores";
import { isTerminal } from "../protocol/status.ts";
import type { Platform } from "../types.ts";
import type { StreamBody } from "./body.ts";

/** A body that notifies its readers of changes, and knows whether it has readers. */
export interface TextStore {
  readonly $body: PreinitializedWritableAtom<StreamBody>;
  /** Calls `listener` now and at each change, and reports the reader at once. Returns what ends it. */
  subscribe(listener: (body: StreamBody) => void): () => void;
  /** Notifies the readers of what is new: at the next frame, or after `throttleMs`. */
  schedule(): void;
  /** Notifies them now. */
  notify(): void;
  /** Resolves with the terminal body. */
  finished(): Promise<StreamBody>;
  /** Reports that nobody reads, a second from now, unless a reader comes before. */
  linger(): void;
}

/**
 * Makes the store. It adds to `listen` and `off` as nanostores' own hooks do, and calls what was
 * there (https://github.com/nanostores/nanostores#lazy-stores), so that an application's `onMount`,
 * `onStop`, `keepMount` and `cleanStores` do with it what they do with any store. The hooks
 * themselves would report no second reader, and none that comes back within their delay.
 * @param platform the clock
 * @param throttleMs how often readers are notified, in milliseconds; default: once a frame
 * @param read returns the body
 * @param join called for a reader that comes: at once by `subscribe`, after its turn by `$body`
 * @param leave called a second after the last reader has left
 */
export function createTextStore(
  platform: Platform,
  throttleMs: number | undefined,
  read: () => StreamBody,
  join: () => void,
  leave: () => void,
): TextStore {
  // Bridges StrictMode's double mount and a change of route; nanostores' own unmount delay.
  const LINGER_MS = 1000;
  const $body = atom(read());
  const { listen, off } = $body;
  /** Readers came by `$body` in this turn, and were not reported yet. */
  let coming = false;
  /** Readers were reported, and their departure was not. */
  let reading = false;
  let cancelNotice: (() => void) | undefined;
  let cancelLeave: (() => void) | undefined;
  let finished: Promise<StreamBody> | undefined;
  let settle: ((body: StreamBody) => void) | undefined;

  function arrive() {
    coming = false;
    reading = true;
    cancelLeave?.();
    cancelLeave = undefined;
    join();
  }

  function linger() {
    cancelLeave ??= platform.after(LINGER_MS, () => {
      cancelLeave = undefined;
      reading = false;
      leave();
    });
  }

  $body.listen = (listener) => {
    coming = true;
    // `get()` of a store without listeners listens for a moment, and looking at a stream sends
    // nothing: only a listener that is still there after this turn is a reader.
    queueMicrotask(() => {
      if (coming && $body.lc > 0) arrive();
    });
    return listen(listener);
  };
  $body.off = () => {
    off();
    if (reading) linger();
  };

  function notify() {
    cancelNotice?.();
    cancelNotice = undefined;
    const body = read();
    const old = $body.value;
    if (
      body.text !== old.text ||
      body.status !== old.status ||
      body.error !== old.error ||
      body.reason !== old.reason
    ) {
      $body.set(body);
    }
    settle?.(body);
  }

  function subscribe(listener: (body: StreamBody) => void) {
    const quit = $body.listen(listener);
    arrive();
    listener($body.value);
    return quit;
  }

  return {
    $body,
    subscribe,
    notify,
    linger,
    schedule() {
      cancelNotice ??=
        throttleMs === undefined ? platform.frame(notify) : platform.after(throttleMs, notify);
    },
    finished() {
      finished ??= new Promise((resolve) => {
        // Asking for it is reading the stream.
        const quit = subscribe(() => {});
        // Called by `notify`, since `cleanStores` removes listeners.
        settle = (body) => {
          if (isTerminal(body.status)) {
            resolve(body);
            quit();
          }
        };
        settle($body.value);
      });
      return finished;
    },
  };
}
