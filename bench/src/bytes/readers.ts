import { stream as durableStream } from "@durable-streams/client";
import { createStreamClient, httpSource } from "@twinstream/core";
import { ConvexClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";

/** Reads until the end or until `leave` aborts, and resolves with the text so far. */
export type Read = (base: string, id: string, leave: AbortSignal) => Promise<string>;

const ours =
  (live: "text" | "sse" | "long-poll" | "poll"): Read =>
  (base, id, leave) => {
    const source = live === "text" ? undefined : httpSource({ live });
    // When a browser leaves a page, it closes the page's connections.
    const page: typeof fetch = (input, init) =>
      fetch(input, {
        ...init,
        signal: AbortSignal.any([leave, ...(init?.signal ? [init.signal] : [])]),
      });
    const handle = createStreamClient({ url: `${base}/s`, source, fetch: page }).stream(id);
    return new Promise((resolve) => {
      const stop = handle.subscribe(() => {});
      handle.finished.then(({ text }) => resolve(text));
      leave.addEventListener("abort", () => {
        stop();
        resolve(handle.snapshot().text);
      });
    });
  };

const durable =
  (live: "sse" | "long-poll"): Read =>
  async (base, id, leave) => {
    let text = "";
    try {
      const result = await durableStream({
        url: `${base}/s/${id}`,
        live,
        offset: "-1",
        signal: leave,
      });
      for await (const piece of result.textStream()) text += piece;
    } catch (error) {
      if (!leave.aborted) throw error;
    }
    return text;
  };

const query = makeFunctionReference<"query", { streamId: string }, Body>("streaming:getStreamBody");

interface Body {
  readonly text: string;
  readonly status: string;
}

const convex: Read = (base, id, leave) => {
  const client = new ConvexClient(base, { skipConvexDeploymentUrlCheck: true });
  return new Promise((resolve, reject) => {
    let shown = "";
    const end = () => void client.close().then(() => resolve(shown), reject);
    leave.addEventListener("abort", end);
    client.onUpdate(
      query,
      { streamId: id },
      ({ text, status }) => {
        shown = text;
        if (status === "done") end();
      },
      reject,
    );
  });
};

export type ServerName = "ours" | "durable-token" | "durable-batch" | "convex";

/** Each kind of follower, and its server. */
export const readers = {
  "Twinstream, text": { server: "ours", read: ours("text") },
  "Twinstream, SSE": { server: "ours", read: ours("sse") },
  "Twinstream, long-poll": { server: "ours", read: ours("long-poll") },
  "Twinstream, poll": { server: "ours", read: ours("poll") },
  "Durable Streams, SSE, an append a token": { server: "durable-token", read: durable("sse") },
  "Durable Streams, SSE, our batches": { server: "durable-batch", read: durable("sse") },
  "Durable Streams, long-poll, an append a token": {
    server: "durable-token",
    read: durable("long-poll"),
  },
  "Durable Streams, long-poll, our batches": {
    server: "durable-batch",
    read: durable("long-poll"),
  },
  "Convex, whole bodies": { server: "convex", read: convex },
} as const satisfies Record<string, { server: ServerName; read: Read }>;

export type ReaderName = keyof typeof readers;
