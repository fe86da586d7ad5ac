import { HEADERS, isTerminal } from "@twinstream/core/protocol";
import { NotFound } from "../../errors.ts";
import type { LiveText } from "../../follow/live-text.ts";
import type { Tails } from "../../follow/tails.ts";
import { waitForText } from "../../follow/wait-for-text.ts";
import type { ResolvedOptions } from "../../options/resolve.ts";
import type { Page, StreamRecord } from "../../options/store.ts";
import { PAGE_BYTES } from "../../store/page.ts";
import { ByteWindow } from "../../util/byte-window.ts";
import { isContinuation } from "../../util/utf8.ts";
import { HttpError } from "../http-error.ts";
import { endHeaders, SAFE, streamingHeaders } from "../response-headers.ts";
import { sseStream } from "../sse-stream.ts";
import { textStream } from "../text-stream.ts";
import { nextCursor, parseRead, type ReadQuery } from "./read-query.ts";

const CATCH_UP_BYTES = 1024 * 1024;

/** What the read routes need. */
export interface ReadContext {
  readonly options: ResolvedOptions;
  readonly tails: Tails;
}

/**
 * Answers a read in a route of the application: GET and HEAD.
 * @throws NotFound if there is no such stream
 * @throws HttpError 405 for another method, 400 if the query is wrong
 */
export function follow(context: ReadContext, id: string, request: Request): Promise<Response> {
  const { method } = request;
  if (method === "HEAD") return head(context, id);
  if (method === "GET") return read(context, id, request);
  const message = `${method.slice(0, 20)} is not for a read: use GET or HEAD.`;
  throw new HttpError(405, "method_not_allowed", message, { Allow: "GET, HEAD" });
}

/**
 * Answers `HEAD`: the status and the length.
 * @throws NotFound if there is no such stream
 */
export async function head({ options }: ReadContext, id: string): Promise<Response> {
  const record = await options.store.status(id);
  if (!record) throw new NotFound();
  return new Response(null, {
    headers: {
      "Content-Type": options.contentType,
      "Cache-Control": "no-store",
      ...SAFE,
      ...endHeaders(record, record.length),
    },
  });
}

/**
 * Answers `GET`: the text from an offset on, once or as it comes.
 * @see https://github.com/durable-streams/durable-streams for the offsets and the live modes
 * @throws NotFound if there is no such stream
 * @throws HttpError 400 if the query is wrong
 */
export async function read(context: ReadContext, id: string, request: Request): Promise<Response> {
  const { store, contentType } = context.options;
  const query = parseRead(new URL(request.url).searchParams);
  const offset = query.offset === "now" ? await lengthOf(context, id) : query.offset;
  const first = await store.read(id, offset, query.live ? PAGE_BYTES : CATCH_UP_BYTES);
  if (!first) throw new NotFound();
  if (isText(contentType) && isContinuation(first.bytes[0])) {
    throw new HttpError(
      400,
      "bad_offset",
      `Offset ${offset} is inside a character: read from an offset that an answer gave.`,
    );
  }
  if (query.live === "text") return liveText(context, id, offset, first);
  if (query.live === "sse") return sse(context, id, offset, first, query);
  if (query.live === "long-poll") return longPoll(context, id, offset, first, query, request);
  const response = catchUp(context, offset, first, request);
  if (query.offset === "now") response.headers.set("Cache-Control", "no-store");
  return response;
}

async function lengthOf({ options }: ReadContext, id: string): Promise<number> {
  const record = await options.store.status(id);
  if (!record) throw new NotFound();
  return record.length;
}

function catchUp({ options }: ReadContext, offset: number, page: Page, request: Request): Response {
  const end = offset + page.bytes.length;
  const upToDate = end >= page.length;
  const headers: Record<string, string> = {
    "Cache-Control": "no-cache, no-transform",
    ...SAFE,
    ...endHeaders(page, end),
    ETag: `"${offset}:${end}:${page.status}"`,
  };
  if (upToDate) headers[HEADERS.upToDate] = "true";
  if (matches(request.headers.get("if-none-match"), headers.ETag!)) {
    return new Response(null, { status: 304, headers });
  }
  headers["Content-Type"] = options.contentType;
  return new Response(page.bytes as BodyInit, { headers });
}

/** Whether an `If-None-Match` header names the tag (RFC 9110, 13.1.2: the comparison is weak). */
function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header
    .split(",")
    .some((each) => each.trim().replace(/^W\//, "") === etag || each.trim() === "*");
}

/** Follows a stream, or walks through what is stored if nothing will be added. */
async function join(
  { tails }: ReadContext,
  id: string,
  offset: number,
  first: Page,
): Promise<{ live: LiveText & { readonly record: StreamRecord }; leave: () => void }> {
  if (isTerminal(first.status)) {
    // An offset beyond the end of a text that ended has nothing to wait for.
    const window = new ByteWindow(Math.max(first.length, offset));
    const live = {
      window,
      end: first.length,
      closed: true,
      record: first,
      subscribe: () => () => {},
    };
    return { live, leave: () => {} };
  }
  const { tail, leave } = await tails.join(id);
  return { live: tail, leave };
}

async function liveText(context: ReadContext, id: string, offset: number, first: Page) {
  const { live, leave } = await join(context, id, offset, first);
  const headers = streamingHeaders(context.options.contentType, first, offset);
  if (isTerminal(first.status) && offset + first.bytes.length >= first.length) {
    // The whole rest is at hand: one answer is all the evidence that a client needs.
    return new Response(first.bytes as BodyInit, {
      headers: { ...headers, ...endHeaders(first, Math.max(offset, first.length)) },
    });
  }
  return new Response(textStream(live, context.options.store, id, offset, leave), { headers });
}

async function sse(
  context: ReadContext,
  id: string,
  offset: number,
  first: Page,
  query: ReadQuery,
): Promise<Response> {
  const { live, leave } = await join(context, id, offset, first);
  const { store, contentType } = context.options;
  const binary = !isText(contentType);
  const headers = streamingHeaders("text/event-stream", first, offset);
  if (binary) headers["Stream-SSE-Data-Encoding"] = "base64";
  const { cursor } = query;
  return new Response(sseStream({ live, store, id, offset, cursor, binary, leave }), { headers });
}

async function longPoll(
  { options, tails }: ReadContext,
  id: string,
  offset: number,
  first: Page,
  query: ReadQuery,
  request: Request,
): Promise<Response> {
  const cursor = { [HEADERS.cursor]: nextCursor(query.cursor) };
  const respond = (page: Page) => {
    const end = offset + page.bytes.length;
    const headers: Record<string, string> = {
      "Cache-Control": "no-store",
      ...SAFE,
      ...endHeaders(page, end),
      ...cursor,
    };
    if (end >= page.length) headers[HEADERS.upToDate] = "true";
    if (page.bytes.length === 0) return new Response(null, { status: 204, headers });
    headers["Content-Type"] = options.contentType;
    return new Response(page.bytes as BodyInit, { headers });
  };
  if (first.bytes.length > 0 || isTerminal(first.status)) return respond(first);

  const { tail, leave } = await tails.join(id);
  try {
    await waitForText(tail, offset, options.longPollMs, request.signal);
  } finally {
    leave();
  }
  // A crowd that was notified together does not ask the store one by one.
  const page = tail.page(offset) ?? (await options.store.read(id, offset, CATCH_UP_BYTES));
  if (!page) throw new NotFound();
  return respond(page);
}

function isText(contentType: string): boolean {
  return /^(text\/|application\/json)/i.test(contentType);
}
