import { StreamError } from "../errors.ts";
import { check, type Rules, shown } from "../options/check.ts";
import type { Source, SourceRequest, SourceSink } from "../types.ts";
import { readChunk } from "./durable-streams/chunk.ts";
import { followLiveText } from "./durable-streams/follow-live-text.ts";
import { followLongPoll } from "./durable-streams/follow-long-poll.ts";
import { followPoll } from "./durable-streams/follow-poll.ts";
import { followSse } from "./durable-streams/follow-sse.ts";
import {
  openSession,
  type ReadSession,
  type ResumePoints,
} from "./durable-streams/read-session.ts";
import { sendRead } from "./durable-streams/send-read.ts";
import { followAsync } from "./follow-async.ts";
import { POLL_OPTIONS, type PollOptions } from "./polling.ts";

/** Options of `httpSource`. `intervalMs` and `maxIntervalMs` apply to `live: "poll"`. */
export interface HttpSourceOptions extends PollOptions {
  /**
   * How to follow a stream:
   * - `text` (default): one response that carries the text as it is stored, and nothing else. The cheapest.
   * - `sse`: server-sent events, if a proxy buffers everything else.
   * - `long-poll`: one request for each change, if a proxy buffers everything, or for caches.
   * - `poll`: one request each `intervalMs`, if the server cannot hold connections open.
   */
  readonly live?: "text" | "sse" | "long-poll" | "poll";
  /** The address of the server's streams: a stream is read at `{url}/{id}`. Default: the client's `url`. */
  readonly url?: string | URL;
}

type Follow = (session: ReadSession, sink: SourceSink, options: PollOptions) => Promise<void>;

const FOLLOW: { readonly [Live in NonNullable<HttpSourceOptions["live"]>]: Follow } = {
  text: followLiveText,
  sse: followSse,
  "long-poll": followLongPoll,
  poll: followPoll,
};

const RULES = {
  live: "a string",
  url: "a string or URL object",
  ...POLL_OPTIONS,
} satisfies Rules<keyof HttpSourceOptions>;

/**
 * Follows a Twinstream server in the mode of your choice, or any other server that speaks the read
 * side of the [Durable Streams protocol](https://github.com/durable-streams/durable-streams/blob/main/PROTOCOL.md).
 * Such a server has no statuses: a closed stream is `done`. It has no `live=text` either, and is
 * long-polled instead.
 *
 * @param options how to follow, and where
 * @returns a source, to be given to `createStreamClient`
 * @throws {TypeError} if an option is unknown or wrong
 * @example
 * createStreamClient({ url: "/api/streams", source: httpSource({ live: "sse" }) });
 */
export function httpSource(options: HttpSourceOptions = {}): Source {
  check("httpSource", options, RULES);
  const { live = "text" } = options;
  if (!Object.hasOwn(FOLLOW, live)) {
    throw new TypeError(
      `httpSource: \`live\` is ${shown(live)}, but must be "text", "sse", "long-poll" or "poll".`,
    );
  }
  const base = options.url === undefined ? undefined : String(options.url).replace(/\/$/, "");
  const resumePoints: ResumePoints = new Map();

  function open(request: SourceRequest): ReadSession {
    const url = base ?? request.url;
    if (url !== undefined) return openSession({ ...request, url }, resumePoints);
    throw new StreamError(
      "rejected",
      "httpSource has no `url`: pass it one, or pass one to createStreamClient.",
    );
  }

  return {
    follow(request, sink) {
      followAsync(request, sink, async () => FOLLOW[live](open(request), sink, options));
    },
    async read(request) {
      const session = open(request);
      let text = "";
      // The first answer says where the text begins: an opaque server may have to be read from its start.
      let from: number | undefined;
      for (;;) {
        try {
          const chunk = await readChunk(session, await sendRead(session));
          from ??= chunk.update.offset;
          text += chunk.update.delta;
          if (chunk.closed || chunk.upToDate || chunk.brokenBy !== undefined || !chunk.changed) {
            return { ...chunk.update, delta: text, offset: from, bytes: session.offset - from };
          }
        } catch (error) {
          if (!text || from === undefined) throw error;
          // The chunks before it count.
          return { delta: text, offset: from, bytes: session.offset - from };
        }
      }
    },
  };
}
