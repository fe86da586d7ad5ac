import type { LiveText } from "../follow/live-text.ts";
import type { Store } from "../options/store.ts";
import { PAGE_BYTES } from "../store/page.ts";
import { cutOnCharacter } from "../util/utf8.ts";

// A connection that stalls holds the chunk that it was given last.
const CHUNK_BYTES = 16 * 1024;

/**
 * Streams a live text's bytes until it is closed. It buffers nothing for the reader: each pull takes
 * what there is. So a reader that stalls holds nothing but its offset, and one that lags behind the
 * window goes on from the store.
 * @param offset where to begin, in bytes
 * @param onLeave called once when the reader has left or the text has ended
 */
export function textStream(
  live: LiveText,
  store: Store,
  id: string,
  offset: number,
  onLeave: () => void,
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
    onLeave();
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
      // Deleted in the meantime, or the store holds less than before: the client asks again.
      leave();
      controller.close();
    } else {
      give(controller, page.bytes);
      advance(controller);
    }
  }
}
