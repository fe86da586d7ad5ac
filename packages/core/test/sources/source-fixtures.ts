import { randomUUID } from "node:crypto";
import { DurableStreamTestServer } from "@durable-streams/server";
import { serve } from "@twinstream/harness/serve";
import { anyoneWithId, createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { isTerminal } from "../../src/lib/protocol/status.ts";
import type { StreamUpdate } from "../../src/lib/text/body.ts";
import type { Source, SourceSink } from "../../src/lib/types.ts";
import type { SourceFixture, Writing } from "./source-contract.ts";

/** Our own server, written through its own `drive`. */
export async function twinstream(make: (url: string) => Source): Promise<SourceFixture> {
  const writers = new Map<string, (append: (text: string) => void) => Promise<void>>();
  let open = 0;
  const streams = createStreamServer({
    store: memoryStore(),
    authorize: anyoneWithId(),
    flush: { boundary: "none", maxDelayMs: 1 },
    onError: () => {},
    longPollMs: 1000,
    generate: ({ id, append }) => writers.get(id)?.(append),
  });
  const served = await serve(async (request) => {
    const response = await streams.handler(request);
    return request.method === "GET" ? counted(response) : response;
  });
  const url = `${served.url}/api/streams`;

  function counted(response: Response): Response {
    if (!response.body) return response;
    open++;
    const reader = response.body.getReader();
    let held = true;
    // A reader that leaves cancels, and then ends the read that waits: it counts once.
    const over = () => {
      if (held) open--;
      held = false;
    };
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        over();
        controller.close();
      },
      cancel(reason) {
        over();
        return reader.cancel(reason);
      },
    });
    return new Response(body, response);
  }

  return {
    source: make(url),
    url,
    followers: () => open,
    async open() {
      const id = await streams.create();
      let append: ((text: string) => void) | undefined;
      let finish: ((failure?: Error) => void) | undefined;
      let written = 0;
      // The first write drives: until then the stream is pending.
      const start = () =>
        new Promise<void>((started) => {
          writers.set(id, (give) => {
            append = give;
            started();
            return new Promise((resolve, reject) => {
              finish = (failure) => (failure ? reject(failure) : resolve());
            });
          });
          // Nobody reads the driver's own text here, and it breaks when the server is closed.
          fetch(`${url}/${id}/drive`, { method: "POST" })
            .then((driven) => driven.text())
            .catch(() => {});
        });
      return {
        id,
        async write(text) {
          if (!append) await start();
          append!(text);
          written += Buffer.byteLength(text);
          for (;;) {
            const stored = await streams.status(id);
            if (stored!.length >= written) return;
            await new Promise((resolve) => setTimeout(resolve, 2));
          }
        },
        async end(status) {
          if (!finish) await start();
          if (status === "stopped") await streams.stop(id);
          else finish!(status === "error" ? new Error("the model broke") : undefined);
          while (!isTerminal((await streams.status(id))!.status)) {
            await new Promise((resolve) => setTimeout(resolve, 2));
          }
        },
      };
    },
    async close() {
      await served.close();
      await streams.close();
    },
  };
}

/** The public implementation of the protocol, from the registry. */
export async function durableStreams(make: (url: string) => Source): Promise<SourceFixture> {
  const server = new DurableStreamTestServer({ port: 0, host: "127.0.0.1", longPollTimeout: 1000 });
  await server.start();
  const url = `${server.url}/v1/stream`;
  const send = async (id: string, init: RequestInit) => {
    const response = await fetch(`${url}/${id}`, init);
    if (!response.ok)
      throw new Error(`${init.method}: ${response.status} ${await response.text()}`);
  };
  const type = { "content-type": "text/plain" };
  return {
    source: make(url),
    url,
    async open() {
      const id = randomUUID();
      await send(id, { method: "PUT", headers: type });
      return {
        id,
        write: (text) => send(id, { method: "POST", headers: type, body: text }),
        end: () => send(id, { method: "POST", headers: { ...type, "stream-closed": "true" } }),
      };
    },
    close: () => server.stop(),
  };
}

interface Row {
  text: string;
  status: "pending" | "streaming" | "done" | "stopped" | "error";
  error?: string;
}

/** Rows of an application's own table. */
export function rows() {
  const all = new Map<string, Row>();
  const watchers = new Map<string, Set<() => void>>();
  const change = (id: string, row: Row) => {
    all.set(id, row);
    for (const watcher of [...(watchers.get(id) ?? [])]) watcher();
  };
  return {
    get: (id: string) => all.get(id)!,
    watch(id: string, watcher: () => void) {
      const set = watchers.get(id) ?? new Set();
      watchers.set(id, set.add(watcher));
      return () => void set.delete(watcher);
    },
    watching: () => [...watchers.values()].reduce((sum, set) => sum + set.size, 0),
    async open(): Promise<Writing> {
      const id = randomUUID();
      change(id, { text: "", status: "pending" });
      return {
        id,
        async write(text) {
          change(id, { text: all.get(id)!.text + text, status: "streaming" });
        },
        async end(status, error) {
          change(id, { ...all.get(id)!, status, error });
        },
      };
    },
  };
}

/** The part of a row from byte `offset` on. */
export function deltaOf({ text, status, error }: Row, offset: number): StreamUpdate {
  return { delta: Buffer.from(text).subarray(offset).toString(), offset, status, error };
}

/** An endpoint that answers with the row as JSON, whole or from an offset on, with an ETag if asked to. */
export async function jsonEndpoint(
  make: (url: string) => Source,
  { delta = false, etag = false } = {},
): Promise<SourceFixture & { readonly statuses: number[] }> {
  const table = rows();
  const statuses: number[] = [];
  const served = await serve((request) => {
    const { pathname, searchParams } = new URL(request.url);
    const row = table.get(pathname.split("/").at(-1)!);
    const tag = `"${row.status}${row.text.length}"`;
    const headers = etag ? { etag: tag } : undefined;
    if (etag && request.headers.get("if-none-match") === tag) {
      statuses.push(304);
      return new Response(null, { status: 304, headers });
    }
    statuses.push(200);
    const offset = Number(searchParams.get("offset"));
    return Response.json(delta ? deltaOf(row, offset) : row, { headers });
  });
  return {
    source: make(`${served.url}/rows`),
    open: table.open,
    statuses,
    close: () => served.close(),
  };
}

/** A database that pushes. */
export async function subscription(
  make: (subscribe: (id: string, sink: SourceSink, offset: number) => () => void) => Source,
  delta = false,
): Promise<SourceFixture> {
  const table = rows();
  return {
    source: make((id, sink, offset) => {
      let sent = offset;
      const push = () => {
        const row = table.get(id);
        if (!delta) return sink.next({ ...row });
        sink.next(deltaOf(row, Math.min(sent, Buffer.byteLength(row.text))));
        sent = Buffer.byteLength(row.text);
      };
      const stop = table.watch(id, push);
      push();
      return stop;
    }),
    open: table.open,
    followers: table.watching,
    close: async () => {},
  };
}
