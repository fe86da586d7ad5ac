import {
  createStreamClient,
  type InitialBody,
  type StreamClient,
  type StreamClientOptions,
} from "@twinstream/core";
import { createStreamServer } from "@twinstream/server";
import { memoryStore } from "@twinstream/server/memory";
import { HttpResponse, http } from "msw/http";
import { setupServer } from "msw/node";

/** A request of the page. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
}

/** A Twinstream server in memory that answers the page's requests and records them. */
export interface TestServer {
  /** The URL of the streams. */
  readonly url: string;
  /** Makes a new client, as a page does when it loads. */
  client(options?: Partial<StreamClientOptions>): StreamClient;
  create(): Promise<string>;
  /** Queues text for the generation of a stream, which may begin later. */
  write(id: string, text: string): void;
  finish(id: string): void;
  /** Ends the generation with the answer of a model. */
  answer(id: string, answer: Response): void;
  /** Lets the generation throw `error`: an error of the application, or a failure for readers to see. */
  fail(id: string, error?: Error): void;
  /** What a page of the application's own server renders: the stored stream. */
  read(id: string): Promise<InitialBody | undefined>;
  /** Starts the generation on the server, as another tab's drive would. */
  generate(id: string): Promise<void>;
  /** Returns the requests whose line (`POST /api/streams/…/drive`) contains all parts. */
  sent(...parts: string[]): readonly Sent[];
  /** Answers every request with this error status. Call it without one to serve again. */
  refuse(status?: number): void;
  close(): Promise<void>;
}

type Line = { readonly text: string } | { readonly answer: Response } | { readonly error?: Error };

/** Starts a server. Close it after the test. */
export function startTestServer(): TestServer {
  const base = "http://localhost:3000";
  const queues = new Map<string, { lines: Line[]; wake?: () => void }>();
  const queue = (id: string) => {
    const known = queues.get(id) ?? { lines: [] };
    queues.set(id, known);
    return known;
  };
  const push = (id: string, line: Line) => {
    const own = queue(id);
    own.lines.push(line);
    own.wake?.();
  };

  const streams = createStreamServer({
    store: memoryStore(),
    authorize: () => true,
    // Stored piece by piece, so that a scenario knows what is stored.
    flush: { boundary: "none", maxDelayMs: 1 },
    onError: () => {},
    async generate({ id, append, signal }) {
      const own = queue(id);
      for (;;) {
        const line = own.lines.shift();
        if (line === undefined) {
          await new Promise<void>((resolve) => {
            own.wake = resolve;
            signal.addEventListener("abort", () => resolve());
          });
          if (signal.aborted) return;
        } else if ("text" in line) {
          append(line.text);
        } else if ("answer" in line) {
          await append.from(line.answer);
          return;
        } else {
          if (line.error) throw line.error;
          return;
        }
      }
    },
  });

  const sent: Sent[] = [];
  let refused: number | undefined;
  const msw = setupServer(
    http.all(`${base}/api/streams*`, ({ request }) => answer(request)),
    http.all(`${base}/api/streams/*`, ({ request }) => answer(request)),
  );
  function answer(request: Request): Response | Promise<Response> {
    const { pathname, search } = new URL(request.url);
    sent.push({
      method: request.method,
      path: pathname,
      query: search,
      headers: request.headers,
    });
    return refused ? new HttpResponse(null, { status: refused }) : streams.handler(request);
  }
  msw.listen({ onUnhandledFrame: "error" });

  const url = `${base}/api/streams`;
  return {
    url,
    client: (options) => createStreamClient({ url, ...options }),
    create: () => streams.create(),
    write: (id, text) => push(id, { text }),
    finish: (id) => push(id, {}),
    answer: (id, answer) => push(id, { answer }),
    fail: (id, error = new Error("the model broke")) => push(id, { error }),
    read: (id) => streams.read(id),
    async generate(id) {
      const url = `${base}/api/streams/${id}/drive`;
      const response = await streams.handler(new Request(url, { method: "POST" }));
      await response.body?.cancel();
    },
    sent: (...parts) =>
      sent.filter(({ method, path }) => parts.every((part) => `${method} ${path}`.includes(part))),
    refuse(status) {
      refused = status;
    },
    async close() {
      msw.close();
      await streams.close();
    },
  };
}
