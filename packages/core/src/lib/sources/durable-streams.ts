import { StreamError } from "../errors.ts";
import { streamUrl } from "../http/send.ts";
import { HEADERS } from "../protocol/headers.ts";
import { formatOffset } from "../protocol/offset.ts";
import type { StreamStatus } from "../protocol/status.ts";
import { byteLength } from "../text/utf8.ts";
import type { SourceRequest, StreamUpdate } from "../types.ts";
import { get } from "./get.ts";
import { statusOf } from "./update.ts";

/**
 * One attempt's conversation with a server that speaks the read side of the Durable Streams protocol.
 *
 * Our own servers bear `Stream-Status`, and their tokens are byte offsets. Other servers' tokens are
 * opaque: from them a text can be read from its start, or from where an answer of theirs ended, which
 * `memory` keeps for the attempts to come. They know no status: `Stream-Closed` is `done`.
 */
export interface Conversation {
  /** Where the text that was reported ends, in bytes of the text. */
  offset: number;
  /** Where the server is to go on. */
  token: string;
  cursor?: string;
  /** Whether an answer has shown that it is a server of ours. */
  ours?: boolean;
  /** One for all answers: a page of another server's may end inside a character. */
  readonly decoder: TextDecoder;
  /** Bytes of such a character that the decoder holds. */
  held: number;
}

/** Where other servers' texts can be read on from, by stream. */
export type Memory = Map<string, { readonly offset: number; readonly token: string }>;

const START = "-1";

/** Begins an attempt at the request's offset, or before it where the server knows no such place. */
export function converse({ id, offset }: SourceRequest, memory: Memory): Conversation {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const known = memory.get(id);
  const talk = { decoder, held: 0 };
  if (!known) return { ...talk, offset, token: offset > 0 ? formatOffset(offset) : START };
  return known.offset <= offset
    ? { ...talk, ...known, ours: false }
    : { ...talk, offset: 0, token: START, ours: false };
}

/** Sends one read, from where the conversation is; with an `etag`, the answer may be 304. */
export async function ask(
  request: SourceRequest,
  talk: Conversation,
  live?: "text" | "sse" | "long-poll",
  etag?: string,
): Promise<Response> {
  const query = new URLSearchParams({ offset: talk.token });
  if (live) query.set("live", live);
  if (live && talk.cursor) query.set("cursor", talk.cursor);
  // Whether our own kind of token was sent to a server that may be another.
  const guessed = talk.ours === undefined && talk.token !== START;
  let response: Response | undefined;
  try {
    response = await get(request, `${streamUrl(request)}?${query}`, {
      headers: etag ? { "if-none-match": etag } : {},
    });
  } catch (error) {
    if (!guessed || !(error instanceof StreamError) || error.code !== "rejected") throw error;
  }
  if (response?.headers.has(HEADERS.status)) talk.ours = true;
  else if (guessed) {
    response?.body?.cancel().catch(() => {});
    talk.ours = false;
    talk.offset = 0;
    talk.token = START;
    return ask(request, talk, live);
  } else talk.ours ??= false;
  return response!;
}

/** What one answer, read to its end, came to. */
export interface Page {
  readonly update: Extract<StreamUpdate, { readonly delta: string }>;
  /** It brought text, a new place, or the end. */
  readonly changed: boolean;
  readonly upToDate: boolean;
  readonly closed: boolean;
  /** What broke the answer off before its end. */
  readonly broken?: unknown;
}

/** Reads one answer to its end, and moves the conversation on. */
export async function readPage(
  response: Response,
  request: SourceRequest,
  talk: Conversation,
  memory: Memory,
): Promise<Page> {
  const { headers } = response;
  const { bytes, error } = await receive(response);
  const token = headers.get(HEADERS.nextOffset);
  if (token === null) {
    throw new StreamError(
      "protocol",
      `The answer has no ${HEADERS.nextOffset} header. From another origin, name it in Access-Control-Expose-Headers.`,
    );
  }
  const { offset } = talk;
  // A clean end proves nothing: the place that the answer names says how much it should have brought.
  if (error || (talk.ours && offset + bytes.length < Number(token))) {
    const broken = error ?? new StreamError("network", "The answer broke off before its end.");
    // Another server's place within a page is not known.
    const delta = talk.ours ? decode(talk, bytes) : "";
    if (!delta) throw broken;
    // What came of it counts, or a connection that never lasts would bring nothing.
    talk.offset += byteLength(delta);
    const update = { delta, offset, bytes: talk.offset - offset };
    return { update, changed: true, upToDate: false, closed: false, broken };
  }
  const moved = token !== talk.token;
  const delta = decode(talk, bytes);
  talk.cursor = headers.get(HEADERS.cursor) ?? undefined;
  move(request, talk, token, delta, memory);
  const closed = headers.get(HEADERS.closed) === "true";
  const status = statusOf(headers.get(HEADERS.status) ?? "streaming", closed);
  return {
    update: {
      delta,
      offset,
      bytes: talk.offset - offset,
      ...ending(status, headers.get(HEADERS.error)),
    },
    changed: moved || closed || delta !== "",
    upToDate: headers.get(HEADERS.upToDate) === "true",
    closed,
  };
}

/** An answer's bytes, and what broke it off, if anything did. */
async function receive(
  response: Response,
): Promise<{ readonly bytes: Uint8Array; readonly error?: unknown }> {
  // React Native has no body to read piece by piece.
  if (!response.body) return { bytes: new Uint8Array(await response.arrayBuffer()) };
  const reader = response.body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let error: unknown;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
    }
  } catch (caught) {
    error = caught;
  }
  return { bytes: new Uint8Array(await new Blob(pieces).arrayBuffer()), error };
}

/** Decodes what comes next of the text; the start of a character is held until its rest comes. */
function decode(talk: Conversation, bytes: Uint8Array): string {
  try {
    const text = talk.decoder.decode(bytes, { stream: true });
    talk.held += bytes.length - byteLength(text);
    return text;
  } catch (cause) {
    throw new StreamError("protocol", "The stream is not UTF-8 text.", { cause });
  }
}

/** The conversation has got to `token`, past `delta`. */
export function move(
  { id }: SourceRequest,
  talk: Conversation,
  token: string,
  delta: string,
  memory: Memory,
): void {
  talk.offset += byteLength(delta);
  talk.token = token;
  if (!talk.ours && talk.held === 0) memory.set(id, { offset: talk.offset, token });
}

/** The parts of an update that tell how a stream stands. */
export function ending(status: StreamStatus | undefined, error: string | null | undefined) {
  return error ? { status, error } : { status };
}
