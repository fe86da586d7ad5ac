import { StreamError } from "../errors.ts";
import { readText } from "../http/read-text.ts";
import type { Source, SourceRequest, SourceSink } from "../types.ts";
import { attempt, rest } from "./attempt.ts";
import {
  ask,
  type Conversation,
  converse,
  ending,
  type Memory,
  readPage,
} from "./durable-streams.ts";
import { checkPoll, type PollOptions, poll } from "./pace.ts";
import { followSse } from "./sse.ts";
import { statusOf } from "./update.ts";

/** How `httpSource` follows. */
export interface HttpSourceOptions extends PollOptions {
  /**
   * - `text` (default): the text itself as it is persisted, and nothing else. The cheapest.
   * - `sse`: server-sent events, for proxies that buffer all else.
   * - `long-poll`: a request a change, for proxies that buffer everything, and for caches.
   * - `poll`: a request each `interval`, for servers that hold no connection open.
   */
  readonly live?: "text" | "sse" | "long-poll" | "poll";
  /** The server's streams, `{url}/{id}`. Default: the client's `url`. */
  readonly url?: string | URL;
}

// A server that answers a long poll at once, and with nothing, is asked with a pause.
const EMPTY_MS = 500;
const PAUSE_MS = 1000;

/**
 * Follows a Twinstream server, or any other that speaks the read side of the Durable Streams
 * protocol. Such a server knows no statuses: a closed stream is `done`. It knows no `live=text`
 * either, and is followed by long-polling instead.
 * @example createStreamClient({ url: "/api/streams", source: httpSource({ live: "sse" }) })
 */
export function httpSource(options: HttpSourceOptions = {}): Source {
  const { live = "text" } = options;
  const follow = {
    text: followText,
    sse: followSse,
    "long-poll": followLongPoll,
    poll: followPoll,
  };
  if (!Object.hasOwn(follow, live)) {
    throw new TypeError(
      `httpSource: \`live\` must be "text", "sse", "long-poll" or "poll", not ${JSON.stringify(live)}.`,
    );
  }
  checkPoll(options, "httpSource");
  const base = options.url === undefined ? undefined : String(options.url).replace(/\/$/, "");
  const memory: Memory = new Map();

  function at(request: SourceRequest): SourceRequest {
    const url = base ?? request.url;
    if (url !== undefined) return { ...request, url };
    throw new StreamError(
      "rejected",
      "httpSource has no `url`: give it one, or give the client one.",
    );
  }

  return {
    follow(request, sink) {
      attempt(request, sink, () => {
        const there = at(request);
        return follow[live](there, sink, converse(there, memory), memory, options);
      });
    },
    async read(request) {
      const there = at(request);
      const talk = converse(there, memory);
      let text = "";
      // The first answer says where from: another server may be read from its start alone.
      let from: number | undefined;
      for (;;) {
        try {
          const page = await readPage(await ask(there, talk), there, talk, memory);
          from ??= page.update.offset;
          text += page.update.delta;
          if (page.closed || page.upToDate || page.broken || !page.changed) {
            return { ...page.update, delta: text, offset: from, bytes: talk.offset - from };
          }
        } catch (error) {
          if (!text || from === undefined) throw error;
          // The pages before it count.
          return { delta: text, offset: from, bytes: talk.offset - from };
        }
      }
    },
  };
}

async function followText(
  request: SourceRequest,
  sink: SourceSink,
  talk: Conversation,
  memory: Memory,
): Promise<void> {
  // Where responses cannot be read piece by piece (React Native), a live one would show nothing before its end.
  if (!("body" in Response.prototype)) return followLongPoll(request, sink, talk, memory);
  const response = await ask(request, talk, "text");
  if (!talk.ours) {
    const page = await readPage(response, request, talk, memory);
    sink.next(page.update);
    if (page.closed) return;
    return followLongPoll(request, sink, talk, memory);
  }
  const header = (name: string) => response.headers.get(name);
  const closed = header("stream-closed") === "true";
  const status = statusOf(header("stream-status"), closed);
  if (!closed) sink.next({ delta: "", offset: talk.offset, bytes: 0, status });
  if (response.body) {
    await readText(response, request, (delta, bytes) => {
      sink.next({ delta, offset: talk.offset, bytes });
      talk.offset += bytes;
    });
  }
  // Closed, and still not read to the end that the answer named: it was cut.
  if (!closed || talk.offset < Number(header("stream-next-offset"))) return sink.end();
  sink.next({
    delta: "",
    offset: talk.offset,
    bytes: 0,
    ...ending(status, header("stream-error")),
  });
}

async function followLongPoll(
  request: SourceRequest,
  sink: SourceSink,
  talk: Conversation,
  memory: Memory,
): Promise<void> {
  while (!request.signal.aborted) {
    const asked = request.platform.now();
    const page = await readPage(await ask(request, talk, "long-poll"), request, talk, memory);
    if (request.signal.aborted) return;
    sink.next(page.update);
    if (page.broken) throw page.broken;
    if (page.closed) return;
    if (!page.changed && request.platform.now() - asked < EMPTY_MS) await rest(request, PAUSE_MS);
  }
}

async function followPoll(
  request: SourceRequest,
  sink: SourceSink,
  talk: Conversation,
  memory: Memory,
  options: PollOptions,
): Promise<void> {
  let tag: { readonly etag: string; readonly token: string } | undefined;
  await poll(request, options, async () => {
    for (;;) {
      const { token } = talk;
      const etag = tag?.token === token ? tag.etag : undefined;
      const response = await ask(request, talk, undefined, etag);
      if (response.status === 304) return { changed: false, ended: false };
      const page = await readPage(response, request, talk, memory);
      if (request.signal.aborted) return { changed: false, ended: true };
      const next = response.headers.get("etag");
      tag = next ? { etag: next, token } : undefined;
      sink.next(page.update);
      if (page.broken) throw page.broken;
      if (page.closed || page.upToDate || !page.changed) {
        return { changed: page.changed, ended: page.closed };
      }
    }
  });
}
