import { postDrive } from "./drive/drive.ts";
import type { Handle, Stream, StreamConfig } from "./handle.ts";
import { send, streamUrl } from "./http/send.ts";
import type { DriveState } from "./machine/machine.ts";
import { platform } from "./platform.ts";
import { liveTextSource } from "./sources/live-text-source.ts";
import { createStream } from "./stream.ts";
import { byteLength } from "./text/utf8.ts";
import type {
  Driver,
  Platform,
  RetryOptions,
  Source,
  Stop,
  StreamBody,
  TransportWrapper,
} from "./types.ts";

/** Options of `createStreamClient`. Give `url`, or `source` and whatever else is needed. */
export interface StreamClientOptions {
  /** Where a Twinstream server is mounted: `/api/streams`. */
  url?: string | URL;
  /**
   * How a generation is started. Default: `POST {url}/{id}/drive` with the stream's `input` as JSON.
   * A URL alone is sent `POST { streamId }`, once (Convex's wire).
   */
  drive?: string | URL | Driver;
  /** Where persisted text comes from. Default: `GET {url}/{id}?live=text`. */
  source?: Source;
  /** How a generation is cancelled. Default: `POST {url}/{id}/stop`. */
  stop?: Stop;
  /** Headers of every request: an object, or a function that is asked anew for each. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
  /** Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** How often listeners are told of new text: once a frame (default), or every so many ms. The terminal body is told at once. */
  throttle?: "frame" | number;
  /** After how long without a byte a connection counts as broken, in ms; 2,147,483,647 at most, which is practically never (timers take more, `Infinity` too, for no time at all). Default: 45,000. */
  silence?: number;
  /** How failed requests are made again. */
  retry?: RetryOptions;
  /** Feeds the other tabs of this browser: `tabs({ scope })` of `@twinstream/core/tabs`. */
  share?: TransportWrapper;
  /** Clock, timers and page events. Default: the runtime's own. */
  platform?: Platform;
}

/** Options of one stream. */
export interface StreamOptions {
  /** Drive it, at the first subscribe: this client starts the generation, where nobody has. Default: false. */
  driven?: boolean;
  /** What the generation is given, as JSON. */
  input?: unknown;
  /**
   * The body as it is known already, from a server render or a database row. The stream goes on
   * from there; a terminal one sends nothing at all. `offset` is the bytes that `text` has, where
   * they were kept with it: it is checked.
   */
  initial?: StreamBody & { offset?: number };
}

/** The streams of one page or app. */
export interface StreamClient {
  /**
   * The stream of this id: one handle, whoever asks for it. Sends nothing by itself.
   * @throws TypeError where the id is empty, or `initial` does not hold together
   */
  stream(id: string, options?: StreamOptions): Stream;
}

/**
 * Makes the client that drives and follows streams.
 * @throws TypeError where neither `url` nor `source` is given
 * @example
 * const client = createStreamClient({ url: "/api/streams" });
 * const stream = client.stream(id, { driven: true, input: { prompt: "Hello" } });
 * stream.subscribe(({ text, status }) => { output.textContent = text; });
 */
export function createStreamClient(options: StreamClientOptions): StreamClient {
  const { headers, share = (transports) => transports } = options;
  const url = options.url && String(options.url).replace(/\/$/, "");
  if (!url && !options.source) throw new TypeError("The client needs a `url` or a `source`.");
  const config: StreamConfig = {
    ...options,
    ...share({ drive: toDrive(options.drive), source: options.source ?? liveTextSource }),
    url,
    stop: options.stop ?? stop,
    headers: async () => new Headers(typeof headers === "function" ? await headers() : headers),
    // Looked up at each call, and called without a `this`.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    platform: options.platform ?? platform,
    silence: options.silence ?? 45_000,
  };
  const streams = new Map<string, Handle>();
  /** Of more handles than this, those go that were read and are read no more, but for the last 50. */
  let limit = 100;
  /** How the drives of the handles that were let go stand (invariant 5). */
  const drives = new Map<string, DriveState>();

  return {
    stream(id, { driven, input, initial } = {}) {
      let stream = streams.get(id);
      if (!stream) {
        if (!id) throw new TypeError("A stream needs an id.");
        if (initial?.offset && initial.offset !== byteLength(initial.text)) {
          throw new TypeError("initial.offset does not fit.");
        }
        if (streams.size > limit) {
          for (const [old, { $body, wishes }] of streams) {
            if (streams.size > 50 && wishes.left && !$body.lc) {
              streams.delete(old);
              drives.set(old, wishes.left());
            }
          }
          // Where most are in use, all of them are looked at seldom.
          limit = streams.size * 2;
        }
        stream = createStream(id, config, initial, drives.get(id));
        streams.set(id, stream);
      }
      const { wishes } = stream;
      wishes.left = undefined;
      wishes.driven ||= driven;
      wishes.input = input ?? wishes.input;
      return stream;
    },
  };
}

function toDrive(drive: StreamClientOptions["drive"]): Driver {
  if (!drive) {
    return postDrive(
      (request) => `${streamUrl(request)}/drive`,
      (request) => request.input,
      true,
    );
  }
  if ((drive as Driver).drive) return drive as Driver;
  return postDrive(
    () => drive,
    ({ id }) => ({ streamId: id }),
    false,
  );
}

const stop: Stop = async (request) => send(request, `${streamUrl(request)}/stop`, 1);
