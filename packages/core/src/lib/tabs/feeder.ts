import { isTerminal } from "../protocol/status.ts";
import { byteLength, walk } from "../text/utf8.ts";
import type { Platform, StreamUpdate } from "../types.ts";
import type { Channel } from "./channel.ts";

// Tokens that come faster than a screen shows them travel together.
const GATHER_MS = 16;

/** The driving tab's side: hands what its drive reads to the siblings that ask. */
export interface Feeder {
  /** More of the text. Called for each chunk: without readers it costs next to nothing. */
  text(delta: string, bytes: number): void;
  /** The drive has ended; what the server says next is the last that is told. */
  end(): void;
  /** What the server says of the stream: that it has ended, and perhaps text that the drive did not bring. */
  evidence(update: StreamUpdate): void;
  /** Feeds no more: who is fed goes on from the server. */
  stop(): void;
}

export function createFeeder(
  channel: Channel,
  id: string,
  platform: Platform,
  gone: () => void,
): Feeder {
  const readers = new Set<string>();
  /** The text, as it came, and where each piece starts. */
  const pieces: string[] = [];
  const starts: number[] = [];
  let length = 0;
  /** How many of the pieces the readers were sent. */
  let sent = 0;
  let sentAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;
  let ending = false;
  let over = false;

  const seat = channel.join(id, (message) => {
    if (message.type === "leave") readers.delete(message.tab);
    else if (message.type === "ask") answer(message.tab, message.from);
  });
  seat.say({ type: "drive" });

  // A page that goes away, or into the browser's cache, can feed nobody.
  const page = new AbortController();
  for (const [target, type] of [
    [globalThis.window, "pagehide"],
    [globalThis.document, "freeze"],
  ] as const) {
    target?.addEventListener?.(type, stop, { signal: page.signal });
  }

  function flush() {
    cancel?.();
    cancel = undefined;
    sentAt = platform.now();
    const offset = starts[sent];
    if (offset === undefined) return;
    const delta = pieces.slice(sent).join("");
    sent = pieces.length;
    if (readers.size > 0) seat.say({ type: "text", delta, offset });
  }

  function answer(tab: string, from: number) {
    // Who has more than this tab gets nothing from it, and goes to the server.
    if (!(from >= 0 && from <= length)) return;
    flush();
    readers.add(tab);
    seat.say({ type: "text", delta: textFrom(from), offset: from }, tab);
  }

  /** The text from byte `from` on. */
  function textFrom(from: number): string {
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle + 1] ?? length) <= from) low = middle + 1;
      else high = middle;
    }
    const rest = pieces.slice(low).join("");
    return rest.slice(walk(rest, from - (starts[low] ?? length))[0]);
  }

  function add(delta: string, bytes: number) {
    if (bytes === 0) return;
    pieces.push(delta);
    starts.push(length);
    length += bytes;
  }

  function stop() {
    if (over) return;
    over = true;
    flush();
    seat.say({ type: "bye" });
    seat.leave();
    page.abort();
    gone();
  }

  return {
    text(delta, bytes) {
      if (over) return;
      add(delta, bytes);
      if (readers.size === 0) {
        sent = pieces.length;
        return;
      }
      // A hidden tab's timers are slow, and its chunks are not: the clock is looked at for each.
      const left = sentAt + GATHER_MS - platform.now();
      if (left <= 0) flush();
      else cancel ??= platform.after(left, flush);
    },
    end() {
      ending = true;
    },
    evidence(update) {
      if (over) return;
      if (update.status === undefined || !isTerminal(update.status)) {
        if (ending) stop();
        return;
      }
      const text = "text" in update ? update.text : update.delta;
      const offset = "text" in update ? 0 : update.offset;
      const total = offset + byteLength(text);
      if (total > length && offset <= length) {
        const missing = text.slice(walk(text, length - offset)[0]);
        add(missing, total - length);
      }
      flush();
      seat.say({ type: "ended", status: update.status, length: total, error: update.error });
      stop();
    },
    stop,
  };
}
