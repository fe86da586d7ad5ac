import type { Platform, SharePeer } from "../types.ts";
import type { Post } from "./message.ts";

// Tokens that come faster than a screen shows them travel together.
const GATHER_MS = 16;

/** The driving tab's side: hands what its drive reads to the siblings that asked. */
export function createFeeder(peer: SharePeer, platform: Platform, post: Post) {
  const readers = new Set<string>();
  let on = false;
  let gathered = "";
  let gatheredAt = 0;
  let sentAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  function flush() {
    cancel?.();
    cancel = undefined;
    if (gathered) post({ type: "text", delta: gathered, offset: gatheredAt });
    gathered = "";
    sentAt = platform.now();
  }

  return {
    get on() {
      return on;
    },
    turn(next: boolean) {
      if (next === on) return;
      if (!next) flush();
      on = next;
      readers.clear();
      post({ type: on ? "drive" : "bye" });
    },
    /** Called for each chunk: without readers it costs nothing. */
    text(delta: string, offset: number) {
      if (readers.size === 0) return;
      if (!gathered) gatheredAt = offset;
      gathered += delta;
      // A hidden tab's timers are slow, and its chunks are not: the clock is looked at for each.
      const left = sentAt + GATHER_MS - platform.now();
      if (left <= 0) flush();
      else cancel ??= platform.after(left, flush);
    },
    flush,
    /** A sibling has the text up to byte `from`: it is sent the rest, an empty one too, as a sign of life. */
    asked(tab: string, from: number) {
      if (!on) return;
      flush();
      const delta = peer.from(from);
      if (delta === undefined) return;
      readers.add(tab);
      post({ type: "text", delta, offset: from, to: tab });
    },
    left: (tab: string) => readers.delete(tab),
  };
}
