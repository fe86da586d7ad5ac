import { formatOffset, HEADERS, isTerminal } from "@twinstream/core/protocol";
import type { Tails } from "../follow/tail.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { Page, StreamRecord } from "../options/store.ts";
import { ByteWindow } from "../util/byte-window.ts";
import { isContinuation } from "../util/utf8.ts";
import { HttpError, notFound, recordHeaders } from "./http-error.ts";
import { nextCursor, parseRead, type ReadRequest } from "./read-query.ts";
import { sseStream } from "./sse-stream.ts";
import { type Live, PAGE_BYTES, textStream } from "./text-stream.ts";

// Neither proxies nor browsers may hold text back, change it, or guess at its type.
const STREAMING = {
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
  "X-Content-Type-Options": "nosniff",
};
const SAFE = {
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
};
const CATCH_UP_BYTES = 1024 * 1024;

/** What the read routes need. */
export interface ReadContext {
  readonly settings: ResolvedOptions;
  readonly tails: Tails;
}

/** Headers of a text that is sent as it comes. */
export function streamingHeaders(
  contentType: string,
  record: StreamRecord,
  offset: number,
): Record<string, string> {
  return {
    "Content-Type": contentType,
    ...STREAMING,
    ...recordHeaders(record),
    [HEADERS.nextOffset]: formatOffset(offset),
  };
}

/** `HEAD`: the status and the length. */
export async function head({ settings }: ReadContext, id: string): Promise<Response> {
  const record = await settings.store.status(id);
  if (!record) throw notFound();
  return new Response(null, {
    headers: {
      "Content-Type": settings.contentType,
      "Cache-Control": "no-store",
      ...SAFE,
      ...endHeaders(record, record.length),
    },
  });
}

/** `GET`: what is stored from an offset on, once or as it comes. */
export async function read(context: ReadContext, id: string, request: Request): Promise<Response> {
  const { store, contentType } = context.settings;
  const query = parseRead(new URL(request.url).searchParams);
  const offset = query.offset === "now" ? await lengthOf(context, id) : query.offset;
  const first = await store.read(id, offset, query.live ? PAGE_BYTES : CATCH_UP_BYTES);
  if (!first) throw notFound();
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
  const answer = catchUp(context, offset, first, request);
  if (query.offset === "now") answer.headers.set("Cache-Control", "no-store");
  return answer;
}

async function lengthOf({ settings }: ReadContext, id: string): Promise<number> {
  const record = await settings.store.status(id);
  if (!record) throw notFound();
  return record.length;
}

function endHeaders(record: StreamRecord, offset: number): Record<string, string> {
  const headers = recordHeaders(record);
  headers[HEADERS.nextOffset] = formatOffset(offset);
  if (isTerminal(record.status) && offset >= record.length) headers[HEADERS.closed] = "true";
  return headers;
}

function catchUp(
  { settings }: ReadContext,
  offset: number,
  page: Page,
  request: Request,
): Response {
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
  headers["Content-Type"] = settings.contentType;
  return new Response(page.bytes as BodyInit, { headers });
}

function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header
    .split(",")
    .some((one) => one.trim().replace(/^W\//, "") === etag || one.trim() === "*");
}

/** Follows from `offset`, or walks through what is stored where nothing will be added. */
async function follow(
  { tails }: ReadContext,
  id: string,
  offset: number,
  first: Page,
): Promise<{ live: Live & { readonly record: StreamRecord }; leave: () => void }> {
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
  const { live, leave } = await follow(context, id, offset, first);
  const headers = streamingHeaders(context.settings.contentType, first, offset);
  if (isTerminal(first.status) && offset + first.bytes.length >= first.length) {
    // The whole rest is at hand: one answer is all the evidence that a client needs.
    return new Response(first.bytes as BodyInit, {
      headers: { ...headers, ...endHeaders(first, Math.max(offset, first.length)) },
    });
  }
  return new Response(textStream(live, context.settings.store, id, offset, leave), { headers });
}

async function sse(
  context: ReadContext,
  id: string,
  offset: number,
  first: Page,
  query: ReadRequest,
): Promise<Response> {
  const { live, leave } = await follow(context, id, offset, first);
  const { store, contentType } = context.settings;
  const binary = !isText(contentType);
  const headers = streamingHeaders("text/event-stream", first, offset);
  if (binary) headers["Stream-SSE-Data-Encoding"] = "base64";
  const { cursor } = query;
  return new Response(sseStream({ live, store, id, offset, cursor, binary, leave }), { headers });
}

async function longPoll(
  context: ReadContext,
  id: string,
  offset: number,
  first: Page,
  query: ReadRequest,
  request: Request,
): Promise<Response> {
  const cursor = { [HEADERS.cursor]: nextCursor(query.cursor) };
  const answer = (page: Page) => {
    const end = offset + page.bytes.length;
    const headers: Record<string, string> = {
      "Cache-Control": "no-store",
      ...SAFE,
      ...endHeaders(page, end),
      ...cursor,
    };
    if (end >= page.length) headers[HEADERS.upToDate] = "true";
    if (page.bytes.length === 0) return new Response(null, { status: 204, headers });
    headers["Content-Type"] = context.settings.contentType;
    return new Response(page.bytes as BodyInit, { headers });
  };
  if (first.bytes.length > 0 || isTerminal(first.status)) return answer(first);

  const { tail, leave } = await context.tails.join(id);
  try {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        unsubscribe();
        request.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, context.settings.longPollMs);
      const unsubscribe = tail.subscribe(() => {
        if (tail.end > offset || tail.closed) done();
      });
      request.signal.addEventListener("abort", done);
      if (tail.end > offset || tail.closed || request.signal.aborted) done();
    });
  } finally {
    leave();
  }
  // A crowd that was told together does not ask the store one by one.
  const page = tail.page(offset) ?? (await context.settings.store.read(id, offset, CATCH_UP_BYTES));
  if (!page) throw notFound();
  return answer(page);
}

function isText(contentType: string): boolean {
  return /^(text\/|application\/json)/i.test(contentType);
}
