import { postDrive } from "./drive/drive.ts";
import { refusePage } from "./http/check-answer.ts";
import { send, streamUrl } from "./http/send.ts";
import { platform } from "./platform.ts";
import { liveTextSource } from "./sources/live-text-source.ts";
import { createStreamCache } from "./stream-cache.ts";
import type {
  Driver,
  Platform,
  RetryOptions,
  Source,
  Stop,
  Stream,
  StreamOptions,
  TransportWrapper,
} from "./types.ts";

/** Options of `createStreamClient`. Give `url`, or `source` and what else you need. */
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
  /** Headers of every request: an object, or a function that is called for each request. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
  /**
   * Which cookies the requests carry, as `fetch` takes it: `"include"` for a server of another
   * origin. Default: `fetch`'s own, `"same-origin"`.
   */
  credentials?: RequestCredentials;
  /** Sends the requests. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /**
   * How often listeners are notified of new text, in milliseconds. They are notified of the terminal
   * body at once. Default: once a frame.
   */
  throttleMs?: number;
  /**
   * Milliseconds without any byte before a connection is considered dead. Default: 45,000; at most
   * 2,147,483,647, which is practically never (a timer takes a longer time, or `Infinity`, for 0).
   */
  idleTimeoutMs?: number;
  /** How often, and after how long, a failed request is sent again. */
  retry?: RetryOptions;
  /** Feeds the other tabs of this browser: `tabs({ scope })` of `@twinstream/core/tabs`. */
  share?: TransportWrapper;
  /** Clock, timers and page events. Default: the runtime's own. */
  platform?: Platform;
}

/**
 * The type of the `input` that a server's `parseInput` returns.
 * @example type Input = InputOf<typeof streams>;
 */
export type InputOf<Server> = Server extends {
  readonly "~types"?: { readonly input: infer Input };
}
  ? Input
  : unknown;

/** The streams of one page or app. */
export interface StreamClient<Input = unknown> {
  /**
   * Returns the handle of a stream: the same one for every caller, so that all share one drive
   * request. Sends nothing by itself.
   * @param id the stream's id
   * @param options whether to drive it, with what input, and what is known of it
   * @throws {TypeError} if the id is empty, or `initial.offset` does not fit `initial.text`
   */
  stream(id: string, options?: StreamOptions<Input>): Stream;
}

/**
 * Makes the client that drives and follows streams. Its type parameter is the type of your server's
 * streams, which gives `input` its type.
 * @param options give `url`, or `source` and what else you need
 * @returns the client; one for a page or app
 * @throws {TypeError} if neither `url` nor `source` is given
 * @example
 * const client = createStreamClient({ url: "/api/streams" });
 * const stream = client.stream(id, { driven: true, input: { prompt: "Hello" } });
 * stream.subscribe(({ text, status }) => { output.textContent = text; });
 */
export function createStreamClient<Server = unknown>(
  options: StreamClientOptions,
): StreamClient<InputOf<Server>> {
  const { headers, credentials, fetch, share, source = liveTextSource } = options;
  const url = options.url && String(options.url).replace(/\/$/, "");
  if (!url && !options.source) {
    throw new TypeError("Give the client a `url` or a `source`.");
  }
  const transports = { drive: toDriver(options.drive), source };
  const stream = createStreamCache({
    ...options,
    ...(share ? share(transports) : transports),
    stop: options.stop ?? postStop,
    idleTimeoutMs: options.idleTimeoutMs ?? 45_000,
    context: {
      url,
      headers: async () => new Headers(typeof headers === "function" ? await headers() : headers),
      credentials,
      // Looked up at each call, and called without a `this`.
      fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
      platform: options.platform ?? platform,
    },
  });
  return { stream };
}

function toDriver(drive: StreamClientOptions["drive"]): Driver {
  if (!drive) {
    return postDrive(
      (request) => `${streamUrl(request)}/drive`,
      ({ input }) => input,
      true,
    );
  }
  if (typeof drive === "object" && "drive" in drive) return drive;
  return postDrive(
    () => drive,
    ({ id }) => ({ streamId: id }),
    false,
  );
}

const postStop: Stop = async (request) =>
  refusePage(await send(request, `${streamUrl(request)}/stop`, { method: "POST" }));
