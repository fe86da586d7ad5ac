import { StreamError } from "../errors.ts";
import { send } from "../http/send.ts";
import { check, type Rules } from "../options/check.ts";
import { isTerminal } from "../protocol/status.ts";
import type { StreamUpdate } from "../text/body.ts";
import { byteLength } from "../text/utf8.ts";
import type { Source, SourceRequest } from "../types.ts";
import { followAsync } from "./follow-async.ts";
import { parseUpdate } from "./parse-update.ts";
import { POLL_OPTIONS, type PollOptions, pollUntilEnd } from "./polling.ts";
import { withHeaders } from "./with-headers.ts";

/** Options of `pollSource`: what to poll, and how often. */
export interface PollSourceOptions extends PollOptions {
  /**
   * An endpoint, requested as `GET {read}/{id}?offset={bytes}`; or a function that returns the
   * address to request, or the update itself. An endpoint answers with JSON: `{ text, status }`
   * for the whole text, or `{ delta, offset, status }` for the part from byte `offset` on. Beside the
   * status `error`, `error` is a code and `errorMessage` what it says; `reason` is why it ended so. If it
   * sends an `ETag`, the next request has `If-None-Match`, and it may answer 304.
   */
  readonly read:
    | string
    | URL
    | ((
        request: SourceRequest,
      ) => string | URL | StreamUpdate | Promise<string | URL | StreamUpdate>);
}

const RULES = {
  read: "a string, URL object or function",
  ...POLL_OPTIONS,
} satisfies Rules<keyof PollSourceOptions>;

/**
 * A source that polls any endpoint or function that knows a stream's text and status. It polls less
 * often while nothing changes or the page is hidden, and at once when the page is shown again.
 * Requests to an endpoint are [conditional](https://www.rfc-editor.org/rfc/rfc9110#section-13), and
 * bypass the browser's [HTTP cache](https://www.rfc-editor.org/rfc/rfc9111).
 *
 * @param options what to poll, and how often
 * @returns a source, to be given to `createStreamClient`
 * @throws {TypeError} if an option is unknown or wrong
 * @example
 * pollSource({ read: "/api/messages", intervalMs: 500 });
 * @example
 * pollSource({ read: ({ id }) => db.get(id) }); // returns { text, status }
 */
export function pollSource(options: PollSourceOptions): Source {
  const { read } = options;
  check("pollSource", { ...options, read: read || null }, RULES);

  async function ask(request: SourceRequest, etag?: string): Promise<Answer> {
    const target = typeof read === "function" ? await read(request) : addressOf(read, request);
    return typeof target === "string" || target instanceof URL
      ? fetchUpdate(request, String(target), etag)
      : { update: parseUpdate(target) };
  }

  return {
    async read(request) {
      const { update } = await ask(request);
      if (update) return update;
      throw new StreamError(
        "protocol",
        "The endpoint answered 304 to a request without If-None-Match. Answer 200 with the text.",
      );
    },
    follow(request, sink) {
      let { offset } = request;
      let etag: string | undefined;
      let status: string | undefined;
      followAsync(request, sink, () =>
        pollUntilEnd(request, options, async () => {
          // The same text from another offset is another answer: a tag holds for one offset.
          const answer = await ask({ ...request, offset }, etag);
          const { update } = answer;
          if (request.signal.aborted || !update) return { changed: false, ended: false };
          const before = offset;
          offset = Math.max(offset, endOf(update));
          const changed = offset !== before || update.status !== status;
          etag = "delta" in update && offset !== before ? undefined : answer.etag;
          status = update.status ?? status;
          sink.next(update);
          return { changed, ended: update.status !== undefined && isTerminal(update.status) };
        }),
      );
    },
  };
}

interface Answer {
  /** Undefined if nothing has changed since the tag that was sent. */
  readonly update?: StreamUpdate;
  readonly etag?: string;
}

/** Where the text of an update ends, in bytes. */
function endOf(update: StreamUpdate): number {
  return "delta" in update
    ? update.offset + (update.bytes ?? byteLength(update.delta))
    : byteLength(update.text);
}

/** The address of a stream at an endpoint, whose own query is kept. */
function addressOf(endpoint: string | URL, { id, offset }: SourceRequest): string {
  const [path = "", query] = String(endpoint).split("?", 2);
  const base = `${path.replace(/\/$/, "")}/${encodeURIComponent(id)}`;
  return `${base}?${query ? `${query}&` : ""}offset=${offset}`;
}

async function fetchUpdate(request: SourceRequest, url: string, etag?: string): Promise<Answer> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (etag !== undefined) headers["if-none-match"] = etag;
  // From its own cache, a browser would answer 200 and hide the 304.
  const response = await send(withHeaders(request, headers), url, { cache: "no-store" });
  const tag = response.headers.get("etag") ?? undefined;
  if (response.status === 304) return { etag: tag };
  return { update: parseUpdate(await readJson(response, url)), etag: tag };
}

async function readJson(response: Response, url: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const type = response.headers.get("content-type") ?? "no Content-Type";
    throw new StreamError(
      "protocol",
      `${url} answered with ${type}, which is not JSON. Answer with { text, status } as JSON.`,
      {
        cause: error,
      },
    );
  }
}
