import { formatOffset } from "@twinstream/core/protocol";

const encoder = new TextEncoder();

/**
 * How a response arrives: the text of each chunk, how many chunks arrive in one task, and the
 * milliseconds between two such tasks. By default, chunks arrive as fast as they are read.
 */
export const pacing = {
  piece: "ten chars ",
  chunksPerTask: Number.POSITIVE_INFINITY,
  intervalMs: 0,
};

/** Resolves in the next task of the event loop. A browser does its pending work before that. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      port2.close();
      resolve();
    };
    port1.postMessage(undefined);
  });
}

/** The body of a response. Its chunks are made beforehand, and delivered as fast as they are read. */
export function feed(
  count: number,
  wrap: (piece: string, index: number) => string = (piece) => piece,
  { head = "", tail = "" } = {},
): ReadableStream<Uint8Array> {
  const chunks = Array.from({ length: count }, (_, index) =>
    encoder.encode(wrap(pacing.piece, index)),
  );
  if (head) chunks.unshift(encoder.encode(head));
  if (tail) chunks.push(encoder.encode(tail));
  let next = 0;
  let begun = 0;
  function nextBurst(): Promise<void> {
    if (pacing.intervalMs === 0) return nextTask();
    begun ||= performance.now() - pacing.intervalMs;
    const left = begun + (next / pacing.chunksPerTask + 1) * pacing.intervalMs - performance.now();
    return left > 0 ? new Promise((resolve) => setTimeout(resolve, left)) : nextTask();
  }
  return new ReadableStream({
    pull(controller) {
      const push = () => {
        const chunk = chunks[next++];
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      };
      return next > 0 && next % pacing.chunksPerTask === 0 ? nextBurst().then(push) : push();
    },
  });
}

export const textLength = (count: number) => count * pacing.piece.length;

/** A plain-text response with this body. */
export function respond(
  body: ReadableStream<Uint8Array> | string,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  });
}

/** A `fetch` that answers like our server: the driven or followed text, then the evidence of the end. */
export function twinstreamFetch(count: number): typeof fetch {
  const body = feed(count);
  return async (input) => {
    const url = String(input);
    if (url.endsWith("/drive") || url.includes("live=text")) {
      return respond(body, { "stream-status": "streaming" });
    }
    return respond("", {
      "stream-status": "done",
      "stream-closed": "true",
      "stream-next-offset": formatOffset(textLength(count)),
    });
  };
}

const sse = (data: unknown) =>
  `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

/** An AI SDK UI message stream with one delta per chunk. */
export const uiMessages = (count: number) =>
  feed(count, (delta) => sse({ type: "text-delta", id: "1", delta }), {
    head: sse({ type: "start" }) + sse({ type: "text-start", id: "1" }),
    tail: sse({ type: "text-end", id: "1" }) + sse({ type: "finish" }) + sse("[DONE]"),
  });

/** An AG-UI stream, as TanStack AI's servers send it, with one delta per chunk. */
export const agui = (count: number) => {
  const run = { threadId: "thread", runId: "run" };
  return feed(count, (delta) => sse({ type: "TEXT_MESSAGE_CONTENT", messageId: "1", delta }), {
    head:
      sse({ type: "RUN_STARTED", ...run }) +
      sse({ type: "TEXT_MESSAGE_START", messageId: "1", role: "assistant" }),
    tail: sse({ type: "TEXT_MESSAGE_END", messageId: "1" }) + sse({ type: "RUN_FINISHED", ...run }),
  });
};
