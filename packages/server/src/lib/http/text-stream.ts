import type { Store } from "../options/store.ts";
import type { ByteWindow } from "../util/byte-window.ts";
import { cutOnCharacter } from "../util/utf8.ts";

/** A text that readers follow: as it is generated (the producer) or as it is stored (a tail). */
export interface Live {
  /** The recent bytes; what is older is read from the store. */
  readonly window: ByteWindow;
  /** How far readers may read, in bytes. */
  readonly end: number;
  /** No more text will come. */
  readonly closed: boolean;
  /** Calls `changed` when `end` or `closed` has changed; returns the way out. */
  subscribe(changed: () => void): () => void;
}

/** How much one read of the store brings, in bytes. */
export const PAGE_BYTES = 64 * 1024;

// A connection that stalls holds the chunk that it was given last.
const CHUNK_BYTES = 16 * 1024;

/**
 * The text from byte `offset` on, until it is closed. Nothing is buffered for the reader: each
 * pull takes what there is, so a reader that stalls holds nothing but its offset, and one that
 * lags behind the window goes on from the store.
 */
export function textStream(
  live: Live,
  store: Store,
  id: string,
  offset: number,
  left: () => void,
): ReadableStream<Uint8Array> {
  let at = offset;
  let wanted = false;
  let loading = false;
  let over = false;
  let unsubscribe = () => {};
  const leave = () => {
    if (over) return;
    over = true;
    unsubscribe();
    left();
  };

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        unsubscribe = live.subscribe(() => advance(controller));
      },
      pull(controller) {
        wanted = true;
        advance(controller);
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );

  function give(controller: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array) {
    at += bytes.length;
    wanted = false;
    controller.enqueue(bytes);
  }

  function advance(controller: ReadableStreamDefaultController<Uint8Array>) {
    if (over || loading) return;
    if (at < live.end) {
      if (!wanted) return;
      if (at < live.window.start) void load(controller);
      else give(controller, recent());
    } else if (live.closed) {
      leave();
      controller.close();
    }
  }

  function recent(): Uint8Array {
    if (live.end - at <= CHUNK_BYTES) return live.window.slice(at, live.end);
    // A character more, so that the cut sees where one begins.
    const most = Math.min(live.end, at + CHUNK_BYTES + 4);
    return cutOnCharacter(live.window.slice(at, most), 0, CHUNK_BYTES);
  }

  async function load(controller: ReadableStreamDefaultController<Uint8Array>) {
    loading = true;
    const page = await store.read(id, at, PAGE_BYTES).catch((error: unknown) => error as Error);
    loading = false;
    if (over) return;
    if (page instanceof Error) {
      leave();
      controller.error(page);
    } else if (!page || page.bytes.length === 0) {
      // Deleted meanwhile, or the store holds less than was there before: the client asks again.
      leave();
      controller.close();
    } else {
      give(controller, page.bytes);
      advance(controller);
    }
  }
}
