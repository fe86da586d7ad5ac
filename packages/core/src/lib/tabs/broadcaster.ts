import { isTerminal } from "../protocol/status.ts";
import type { StreamUpdate } from "../text/body.ts";
import { byteLength, walk } from "../text/utf8.ts";
import type { Platform } from "../types.ts";
import type { TabChannel } from "./tab-channel.ts";

/** Tokens that come faster than a screen shows them (60 frames a second) are sent together. */
const BATCH_MS = 16;

/** The driving tab's side: sends what its drive reads to the sibling tabs that ask for it. */
export interface Broadcaster {
  /**
   * Sends more of the text. Called for each chunk: without readers it costs next to nothing.
   * @param delta the text
   * @param bytes its length in UTF-8 bytes
   */
  text(delta: string, bytes: number): void;
  /** The drive has ended: the server's next update is the last one to send. */
  end(): void;
  /** Sends what the server has reported: that the stream has ended, and perhaps text that the drive did not bring. */
  evidence(update: StreamUpdate): void;
  /** Stops sending: the siblings go on from the server. */
  stop(): void;
}

/**
 * Begins to broadcast the text of one driven stream.
 * @param channel connects the tabs
 * @param id the stream's id
 * @param platform the client's clock and timers
 * @param onStop called once, when it has stopped
 */
export function createBroadcaster(
  channel: TabChannel,
  id: string,
  platform: Platform,
  onStop: () => void,
): Broadcaster {
  const readers = new Set<string>();
  /** The text, as it came, and the byte offset of each piece. */
  const pieces: string[] = [];
  const starts: number[] = [];
  /** The length of the text, in bytes. */
  let length = 0;
  /** How much of it the drive has brought, in bytes: a probe of the server's may have brought more. */
  let driven = 0;
  /** How many of the pieces the readers were sent. */
  let sentPieces = 0;
  let sentAt = Number.NEGATIVE_INFINITY;
  let cancelFlush: (() => void) | undefined;
  let ending = false;
  let stopped = false;

  const member = channel.join(id, (message) => {
    if (message.type === "leave") readers.delete(message.tab);
    else if (message.type === "ask") answer(message.tab, message.from);
  });
  member.send({ type: "drive" });

  // A page that is closed, frozen or put into the back/forward cache can send nothing.
  const pageEvents = new AbortController();
  for (const [target, type] of [
    [globalThis.window, "pagehide"],
    [globalThis.document, "freeze"],
  ] as const) {
    target?.addEventListener?.(type, stop, { signal: pageEvents.signal });
  }

  function flush() {
    cancelFlush?.();
    cancelFlush = undefined;
    sentAt = platform.now();
    const offset = starts[sentPieces];
    if (offset === undefined) return;
    const delta = pieces.slice(sentPieces).join("");
    sentPieces = pieces.length;
    if (readers.size > 0) member.send({ type: "text", delta, offset });
  }

  function answer(tab: string, from: number) {
    // A sibling that has more text than this tab gets nothing from it, and goes to the server.
    if (!(from >= 0 && from <= length)) return;
    flush();
    readers.add(tab);
    member.send({ type: "text", delta: textFrom(from), offset: from }, tab);
  }

  /** The text from byte `from` on: finds its piece by binary search, then walks into it. */
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
    if (stopped) return;
    stopped = true;
    flush();
    member.send({ type: "bye" });
    member.leave();
    pageEvents.abort();
    onStop();
  }

  /** Adds the part of a piece that is new. The drive and the server may bring the same text. */
  function take(piece: string, offset: number, end: number) {
    if (end > length && offset <= length) {
      const missing = piece.slice(walk(piece, length - offset)[0]);
      add(missing, end - length);
    }
  }

  /** Sends what is new, at once or soon. */
  function send() {
    if (readers.size === 0) {
      sentPieces = pieces.length;
      return;
    }
    // In a hidden tab timers are slow and chunks are not: each chunk looks at the clock.
    const wait = sentAt + BATCH_MS - platform.now();
    if (wait <= 0) flush();
    else cancelFlush ??= platform.after(wait, flush);
  }

  return {
    text(delta, bytes) {
      if (stopped) return;
      const offset = driven;
      driven += bytes;
      take(delta, offset, driven);
      send();
    },
    end() {
      ending = true;
    },
    evidence(update) {
      if (stopped) return;
      const text = "text" in update ? update.text : update.delta;
      const offset = "text" in update ? 0 : update.offset;
      const total = offset + byteLength(text);
      take(text, offset, total);
      const { status, error, errorMessage, reason } = update;
      if (status === undefined || !isTerminal(status)) {
        if (ending) stop();
        else send();
        return;
      }
      flush();
      member.send({ type: "ended", status, length: total, error, errorMessage, reason });
      stop();
    },
    stop,
  };
}
