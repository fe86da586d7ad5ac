import type { Platform, SharePeer } from "../types.ts";
import type { Message, Post } from "./message.ts";

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/**
 * The sibling's side: takes text from the tab that drives, and notices when that tab is gone. A
 * driver that says nothing for `patience` ms is asked whether it lives (a frozen tab answers
 * nothing); after as long again it is given up, and the client goes on from the server.
 */
export function createEater(peer: SharePeer, platform: Platform, post: Post, patience: number) {
  let driver: string | undefined;
  let fed = false;
  /** A question that the driver has not answered yet. */
  let asking = false;
  /** A status that is about more text than this tab has. */
  let awaited: Of<"status"> | undefined;
  let cancel: (() => void) | undefined;

  function ask() {
    asking = true;
    post({ type: "ask", from: peer.length() });
  }

  function feed(on: boolean) {
    if (on === fed) return;
    fed = on;
    peer.fed(on);
  }

  /** Waits for the driver's next sign of life. */
  function watch() {
    cancel?.();
    cancel = platform.after(patience, () => {
      if (asking) return lose();
      ask();
      watch();
    });
  }

  function lose() {
    cancel?.();
    cancel = driver = awaited = undefined;
    asking = false;
    feed(false);
  }

  return {
    ask,
    /** Gives up whoever feeds this tab; it may be fed again. */
    lose,
    drive(message: Of<"drive">) {
      driver = message.tab;
      ask();
      watch();
    },
    bye(message: Of<"bye">) {
      if (message.tab === driver) lose();
    },
    text(message: Of<"text">) {
      const { tab, delta, offset } = message;
      if (peer.text(delta, offset)) {
        driver = tab;
        asking = false;
        watch();
        feed(true);
        if (awaited && awaited.length <= peer.length()) {
          const { status, length, error } = awaited;
          awaited = undefined;
          peer.status(status, length, error);
        }
      } else if (message.to !== undefined) {
        // What this tab asked for does not fit to what it has: the server knows better.
        lose();
      } else if (!asking) {
        driver = tab;
        ask();
        watch();
      }
    },
    status(message: Of<"status">) {
      if (message.length <= peer.length()) {
        peer.status(message.status, message.length, message.error);
      } else if (message.tab === driver) {
        awaited = message;
        ask();
        watch();
      }
    },
  };
}
