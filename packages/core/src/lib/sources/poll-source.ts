import { StreamError } from "../errors.ts";
import { isTerminal } from "../protocol/status.ts";
import { byteLength } from "../text/utf8.ts";
import type { Source, SourceRequest, StreamUpdate } from "../types.ts";
import { attempt } from "./attempt.ts";
import { get } from "./get.ts";
import { checkPoll, type PollOptions, poll } from "./pace.ts";
import { parseUpdate } from "./update.ts";

/** What to poll, and how often. */
export interface PollSourceOptions extends PollOptions {
  /**
   * An endpoint, asked as `GET {read}/{id}?offset={bytes}`; or a function, which returns the
   * endpoint of a stream, or the update itself. An endpoint answers with JSON:
   * `{ text, status }`, the whole text, or `{ delta, offset, status }`, the part from byte `offset` on.
   * Where it sends an `ETag`, it is asked with `If-None-Match`.
   */
  readonly read:
    | string
    | URL
    | ((
        request: SourceRequest,
      ) => string | URL | StreamUpdate | Promise<string | URL | StreamUpdate>);
}

/**
 * A source that asks again and again: for any endpoint or function that knows a stream's text and status.
 * It asks less often while nothing changes and while the page is hidden, and at once when it is shown.
 * @example pollSource({ read: "/api/messages", interval: 500 })
 * @example pollSource({ read: ({ id }) => db.get(id) }) // { text, status }
 */
export function pollSource(options: PollSourceOptions): Source {
  const { read } = options;
  checkPoll(options, "pollSource");
  if (!read || !["string", "function", "object"].includes(typeof read)) {
    throw new TypeError(`pollSource: \`read\` must be a URL or a function, not ${String(read)}.`);
  }

  async function ask(request: SourceRequest, etag?: string): Promise<Answer> {
    const target = typeof read === "function" ? await read(request) : endpoint(read, request);
    if (typeof target !== "string" && !(target instanceof URL)) {
      return { update: parseUpdate(target) };
    }
    const { response, json } = await fetchJson(request, String(target), etag);
    return {
      update: response.status === 304 ? undefined : parseUpdate(json),
      etag: response.headers.get("etag") ?? undefined,
    };
  }

  return {
    async read(request) {
      const { update } = await ask(request);
      if (update) return update;
      throw new StreamError(
        "protocol",
        "The endpoint answered 304 to a request without a condition.",
      );
    },
    follow(request, sink) {
      let { offset } = request;
      let etag: string | undefined;
      let status: string | undefined;
      attempt(request, sink, () =>
        poll(request, options, async () => {
          // The same text from another offset is another answer: a tag holds for one offset.
          const answer = await ask({ ...request, offset }, etag);
          const { update } = answer;
          if (request.signal.aborted || !update) return { changed: false, ended: false };
          const before = offset;
          if ("delta" in update) {
            offset = Math.max(offset, update.offset + (update.bytes ?? byteLength(update.delta)));
          } else offset = Math.max(offset, byteLength(update.text));
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
  /** Undefined where nothing has changed since the tag that was sent. */
  readonly update?: StreamUpdate;
  readonly etag?: string;
}

function endpoint(read: string | URL, { id, offset }: SourceRequest): string {
  const [path = "", query] = String(read).split("?", 2);
  const base = `${path.replace(/\/$/, "")}/${encodeURIComponent(id)}`;
  return `${base}?${query ? `${query}&` : ""}offset=${offset}`;
}

async function fetchJson(request: SourceRequest, url: string, etag: string | undefined) {
  const headers: Record<string, string> = { accept: "application/json" };
  if (etag !== undefined) headers["if-none-match"] = etag;
  // Browsers would answer from their own cache, and hide the 304.
  const response = await get(request, url, { headers, cache: "no-store" });
  if (response.status === 304) return { response };
  try {
    return { response, json: (await response.json()) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new StreamError("protocol", `${url} answered with what is not JSON.`, { cause: error });
  }
}
