import { formatOffset } from "@twinstream/core/protocol";

const encoder = new TextEncoder();

/**
 * What is in each chunk, how many of them come in one task, as a network would bring them, and after
 * how many ms the next ones come; where nothing is said, as many as are taken, as fast as they are.
 */
export const feeding = { piece: "ten chars ", together: Number.POSITIVE_INFINITY, every: 0 };

/** The next task of the event loop: what a browser has to do, it does before. */
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

/** Chunks of a response, made before they are read, and handed out as fast as they are taken. */
export function feed(
  count: number,
  wrap: (piece: string, index: number) => string = (piece) => piece,
  { head = "", tail = "" } = {},
): ReadableStream<Uint8Array> {
  const chunks = Array.from({ length: count }, (_, index) =>
    encoder.encode(wrap(feeding.piece, index)),
  );
  if (head) chunks.unshift(encoder.encode(head));
  if (tail) chunks.push(encoder.encode(tail));
  let next = 0;
  let begun = 0;
  function nextBurst(): Promise<void> {
    if (feeding.every === 0) return nextTask();
    begun ||= performance.now() - feeding.every;
    const left = begun + (next / feeding.together + 1) * feeding.every - performance.now();
    return left > 0 ? new Promise((resolve) => setTimeout(resolve, left)) : nextTask();
  }
  return new ReadableStream({
    pull(controller) {
      const push = () => {
        const chunk = chunks[next++];
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      };
      return next > 0 && next % feeding.together === 0 ? nextBurst().then(push) : push();
    },
  });
}

export const textLength = (count: number) => count * feeding.piece.length;

/** A response of that body. */
export function respond(
  body: ReadableStream<Uint8Array> | string,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  });
}

/** What our server would answer: the driven or followed text, and after it the evidence. */
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

/** An AI SDK UI message stream, a delta a chunk. */
export const uiMessages = (count: number) =>
  feed(count, (delta) => sse({ type: "text-delta", id: "1", delta }), {
    head: sse({ type: "start" }) + sse({ type: "text-start", id: "1" }),
    tail: sse({ type: "text-end", id: "1" }) + sse({ type: "finish" }) + sse("[DONE]"),
  });

/** An AG-UI stream, as TanStack AI's servers send it, a delta a chunk. */
export const agui = (count: number) => {
  const run = { threadId: "thread", runId: "run" };
  return feed(count, (delta) => sse({ type: "TEXT_MESSAGE_CONTENT", messageId: "1", delta }), {
    head:
      sse({ type: "RUN_STARTED", ...run }) +
      sse({ type: "TEXT_MESSAGE_START", messageId: "1", role: "assistant" }),
    tail: sse({ type: "TEXT_MESSAGE_END", messageId: "1" }) + sse({ type: "RUN_FINISHED", ...run }),
  });
};
