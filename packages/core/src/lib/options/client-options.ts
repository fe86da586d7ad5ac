import type { Driver, Platform, RetryOptions, Source, Stop, TransportWrapper } from "../types.ts";
import { check, FROM_0, FROM_1, type Rules } from "./check.ts";

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
   * Milliseconds without any byte before a connection is considered dead: from 1 to 2,147,483,647,
   * which is practically never. Default: 45,000.
   */
  idleTimeoutMs?: number;
  /** How often, and after how long, a failed request is sent again. */
  retry?: RetryOptions;
  /** Feeds the other tabs of this browser: `tabs({ scope })` of `@twinstream/core/tabs`. */
  share?: TransportWrapper;
  /** Clock, timers and page events. Default: the runtime's own. */
  platform?: Platform;
}

const RETRY = {
  attempts: FROM_0,
  baseMs: FROM_0,
  maxMs: FROM_0,
} satisfies Rules<keyof RetryOptions>;

const CLIENT = {
  url: "a string or URL object",
  drive: "a string, URL or driver object",
  source: "a source object",
  stop: "a function",
  headers: "a function, object or array",
  credentials: "a string",
  fetch: "a function",
  throttleMs: FROM_0,
  idleTimeoutMs: FROM_1,
  retry: "an object",
  share: "a function",
  platform: "an object",
} satisfies Rules<keyof StreamClientOptions>;

/**
 * Checks the options of `createStreamClient`. Only in development: a bundler leaves the rules out of
 * a page's production build.
 * @throws {TypeError} that names the option that is unknown or wrong, and its value
 */
export function checkClientOptions(options: StreamClientOptions): void {
  if (process.env.NODE_ENV === "production") return;
  check("createStreamClient", options, CLIENT);
  check("retry", options.retry ?? {}, RETRY);
  const { url, drive, source } = options;
  const isDriver = typeof drive !== "object" || "href" in drive || drive.drive;
  if (!isDriver || (source && !source.follow) || !(url || source)) {
    throw new TypeError(
      "Give createStreamClient a `url` or a `source`. A source has `follow`, a driver `drive`.",
    );
  }
}
