// However a reader hears of an end, it shows the same error and the same reason.
import { expect, test } from "vitest";
import {
  createStreamClient,
  httpSource,
  pollSource,
  type Source,
  type StreamBody,
  subscribeSource,
} from "../../src/index.ts";

const MESSAGE = 'Nur 10 € + 100% "今日"?\nTry & again: 😀';
const END = { status: "error", error: "quota", errorMessage: MESSAGE, reason: "limit" } as const;

/** A server whose stream has this end, in all modes of `live`. */
function server(end: { status: string; error?: string; errorMessage?: string; reason?: string }) {
  const { status, error, errorMessage, reason } = end;
  return (async (url: string, init?: RequestInit) => {
    if (init?.method === "POST") return new Response("text");
    const query = new URL(url).searchParams;
    const rest = "text".slice(Number(query.get("offset")?.replace("-1", "0")));
    const headers = new Headers({
      "Stream-Status": status,
      "Stream-Closed": "true",
      "Stream-Up-To-Date": "true",
      "Stream-Next-Offset": "0000000000000004",
    });
    if (query.get("live") === "sse") {
      const control = {
        streamNextOffset: "0000000000000004",
        streamClosed: true,
        streamStatus: status,
        streamError: error,
        streamErrorMessage: errorMessage,
        streamReason: reason,
      };
      headers.set("content-type", "text/event-stream");
      const data = rest ? `event: data\ndata:${rest}\n\n` : "";
      return new Response(`${data}event: control\ndata:${JSON.stringify(control)}\n\n`, {
        headers,
      });
    }
    if (error) headers.set("Stream-Error", error);
    if (errorMessage) headers.set("Stream-Error-Message", encodeURIComponent(errorMessage));
    if (reason) headers.set("Stream-Reason", reason);
    return new Response(rest, { headers });
  }) as typeof globalThis.fetch;
}

const update = { text: "text", ...END };
const SOURCES: Record<string, Source | undefined> = {
  "the client's own source": undefined,
  "live=text": httpSource({ live: "text" }),
  "server-sent events": httpSource({ live: "sse" }),
  "long-poll": httpSource({ live: "long-poll" }),
  poll: httpSource({ live: "poll" }),
  "pollSource, a function": pollSource({ read: () => update }),
  "pollSource, an endpoint": pollSource({ read: () => "http://rows" }),
  "subscribeSource, a text": subscribeSource((_, sink) => void sink.next(update)),
  "subscribeSource, a delta": subscribeSource(
    (_, sink) => void sink.next({ delta: "text", offset: 0, ...END }),
  ),
};

const shown = ({ text, status, error, reason }: StreamBody) => [
  text,
  status,
  error?.code,
  error?.message,
  reason,
];

const fetchOf = (end: Parameters<typeof server>[0]) => {
  const streams = server(end);
  return ((url: string, init?: RequestInit) =>
    url === "http://rows"
      ? Promise.resolve(Response.json({ text: "text", ...end }))
      : streams(url, init)) as typeof globalThis.fetch;
};

test.each(Object.entries(SOURCES))("by %s: code, message and reason", async (_, source) => {
  const client = createStreamClient({ url: "http://server", fetch: fetchOf(END), source });
  const body = await client.stream("id").finished;
  expect(shown(body)).toEqual(["text", "error", "quota", MESSAGE, "limit"]);
});

test.each(Object.keys(SOURCES).slice(0, 5))("by %s, after a drive: the same", async (name) => {
  const source = SOURCES[name];
  const client = createStreamClient({ url: "http://server", fetch: fetchOf(END), source });
  const body = await client.stream("id", { driven: true }).finished;
  expect(shown(body)).toEqual(["text", "error", "quota", MESSAGE, "limit"]);
});

test("by `initial`, as streams.read() returns it: the same", async () => {
  const client = createStreamClient({ url: "http://server", fetch: fetchOf(END) });
  const initial = { text: "text", ...END, length: 4, epoch: 1 };
  const body = await client.stream("id", { initial }).finished;
  expect(shown(body)).toEqual(["text", "error", "quota", MESSAGE, "limit"]);
});

test("an error without words has the same ones by all ways", async () => {
  const end = { status: "error", error: "generation" } as const;
  const client = createStreamClient({ url: "http://server", fetch: fetchOf(end) });
  const live = await client.stream("live").finished;
  const known = client.stream("known", { initial: { text: "text", ...end } }).snapshot();
  expect(shown(live)).toEqual(shown(known));
  expect(live.error?.message).toBe('The server reports "generation".');
});

test("a `done` has its reason, and no error", async () => {
  const fetch = fetchOf({ status: "done", reason: "length" });
  for (const source of [undefined, httpSource({ live: "sse" })]) {
    const { status, error, reason } = await createStreamClient({
      url: "http://server",
      fetch,
      source,
    }).stream("id").finished;
    expect([status, error, reason]).toEqual(["done", undefined, "length"]);
  }
});

test("a message that is not percent-encoded UTF-8 is shown as well as it can be", async () => {
  const fetch = (async () =>
    new Response("text", {
      headers: {
        "Stream-Status": "error",
        "Stream-Closed": "true",
        "Stream-Next-Offset": "4",
        "Stream-Error-Message": "100% of %FF",
      },
    })) as typeof globalThis.fetch;
  const body = await createStreamClient({ url: "http://server", fetch }).stream("id").finished;
  expect(shown(body).slice(1, 4)).toEqual(["error", "generation", "100% of �"]);
});
