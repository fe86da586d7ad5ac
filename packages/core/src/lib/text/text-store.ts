import { atom, type PreinitializedWritableAtom } from "nanostores";
import { isTerminal } from "../protocol/status.ts";
import type { Platform, StreamBody } from "../types.ts";

// Bridges StrictMode's double mount and a change of route.
const LINGER = 1000;

/** A body that its readers are told of, and that knows whether it has readers. */
export interface TextStore {
  readonly $body: PreinitializedWritableAtom<StreamBody>;
  /** Tells the readers what is new: at the next frame, or after so many ms. */
  schedule(): void;
  /** Tells them now. */
  publish(): void;
  /** Resolves with the terminal body. */
  finished(): Promise<StreamBody>;
}

/**
 * Makes the store. `read` says what the body is, `join` hears of each reader that comes, `leave`
 * of the last one's departure, a moment later.
 */
export function createTextStore(
  { platform, throttle }: { readonly platform: Platform; readonly throttle?: "frame" | number },
  read: () => StreamBody,
  join: () => void,
  leave: () => void,
): TextStore {
  const $body = atom(read());
  const { listen } = $body;
  const ms = +throttle!;
  let due: (() => void) | undefined;
  let leaving: (() => void) | undefined;
  let finished: Promise<StreamBody> | undefined;

  $body.eq = (a, b) => a!.text === b.text && a!.status === b.status && a!.error === b.error;
  // A store's own `get()` mounts it, and looking at a stream must not send anything.
  $body.get = () => $body.value;
  $body.listen = (listener) => {
    leaving?.();
    const quit = listen(listener);
    join();
    return quit;
  };
  $body.off = () => {
    leaving?.();
    leaving = platform.after(LINGER, leave);
  };

  function publish() {
    due?.();
    due = undefined;
    $body.set(read());
  }

  return {
    $body,
    publish,
    schedule() {
      due ??= ms ? platform.after(ms, publish) : platform.frame(publish);
    },
    finished() {
      finished ??= new Promise((resolve) => {
        let quit: (() => void) | undefined;
        const check = (body: StreamBody) => {
          if (!isTerminal(body.status)) return;
          resolve(body);
          quit?.();
        };
        quit = $body.listen(check);
        check($body.value);
      });
      return finished;
    },
  };
}
