import { formatOffset, isTerminal } from "@twinstream/core/protocol";
import type { LiveText } from "../follow/live-text.ts";
import type { Store, StreamRecord } from "../options/store.ts";
import { PAGE_BYTES } from "../store/page.ts";
import { nextCursor } from "./routes/read-query.ts";

export interface SseOptions {
  readonly live: LiveText & { readonly record: StreamRecord };
  readonly store: Store;
  readonly id: string;
  readonly offset: number;
  readonly cursor: string | undefined;
  /** Whether to send the bytes in base64: the protocol's way for content that is not text. */
  readonly binary: boolean;
  readonly leave: () => void;
}

// Proxies and clients give up connections that are silent for long.
const HEARTBEAT_MS = 15_000;
const encoder = new TextEncoder();

/**
 * Streams a live text as server-sent events: each piece of text, then a control event with the offset
 * at which it ends.
 * @see https://github.com/durable-streams/durable-streams
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function sseStream(options: SseOptions): ReadableStream<Uint8Array> {
  const { live, store, id, leave } = options;
  const cursor = nextCursor(options.cursor);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let at = options.offset;
  // Whether a control event has reported that the reader is up to date, and that the stream has ended.
  let reported = false;
  let reportedEnd = false;
  let over = false;
  let wake = () => {};
  const unsubscribe = live.subscribe(() => wake());
  const close = () => {
    over = true;
    unsubscribe();
    leave();
  };

  /** The next event, once there is one; undefined at the end. */
  async function next(): Promise<string | undefined> {
    for (;;) {
      if (over) return undefined;
      if (at < live.end) {
        const bytes =
          at < live.window.start
            ? (await store.read(id, at, PAGE_BYTES))?.bytes
            : live.window.slice(at, live.end);
        if (!bytes || bytes.length === 0) return undefined;
        at += bytes.length;
        return data(options.binary ? base64(bytes) : decoder.decode(bytes)) + control();
      }
      if (live.closed)
        return isTerminal(live.record.status) && !reportedEnd ? control() : undefined;
      if (!reported) return control();
      const changed = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), HEARTBEAT_MS);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
        if (over || live.closed || at < live.end) wake();
      });
      if (!changed) return ": \n\n";
    }
  }

  function control(): string {
    const upToDate = at >= live.end;
    const closed = upToDate && live.closed && isTerminal(live.record.status);
    reported = upToDate;
    reportedEnd = closed;
    return `event: control\ndata:${JSON.stringify({
      streamNextOffset: formatOffset(at),
      ...(closed ? { streamClosed: true } : { streamCursor: cursor }),
      ...(upToDate ? { upToDate: true } : {}),
      streamStatus: live.record.status,
      // Members that are undefined are left out.
      streamError: live.record.error,
      streamErrorMessage: live.record.errorMessage,
      streamReason: live.record.reason,
    })}\n\n`;
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const event = await next().catch((error: unknown) => {
          close();
          throw error;
        });
        if (event !== undefined) return controller.enqueue(encoder.encode(event));
        if (over) return;
        close();
        controller.close();
      },
      cancel() {
        close();
        wake();
      },
    },
    { highWaterMark: 0 },
  );
}

/** A data event. Readers remove one space after the colon, so a line that begins with a space gets one more. */
function data(text: string): string {
  let event = "event: data\n";
  for (const line of text.split(/\r\n?|\n/))
    event += `data:${line.startsWith(" ") ? " " : ""}${line}\n`;
  return `${event}\n`;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}
