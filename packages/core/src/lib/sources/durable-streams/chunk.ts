import { StreamError } from "../../errors.ts";
import { endFields } from "../../http/end-fields.ts";
import { HEADERS } from "../../protocol/headers.ts";
import { parseOffset } from "../../protocol/offset.ts";
import type { StreamUpdate } from "../../text/body.ts";
import { byteLength } from "../../text/utf8.ts";
import { advance, type ReadSession } from "./read-session.ts";
import { statusFields } from "./status-fields.ts";

/** What one answer brought. */
export interface Chunk {
  readonly update: Extract<StreamUpdate, { readonly delta: string }>;
  /** It brought text, another offset token, or the end. */
  readonly changed: boolean;
  /** It reached the end of what is stored. */
  readonly upToDate: boolean;
  /** It reached the end of a terminal stream. */
  readonly closed: boolean;
  /** Why the answer broke off before its end, if it did. */
  readonly brokenBy?: unknown;
}

/**
 * Reads one answer to its end, and moves the session past it.
 * @param session the session that the answer belongs to
 * @param response a successful answer
 * @throws {StreamError} `protocol`, if it has no `Stream-Next-Offset` or is not UTF-8
 * @throws what broke the answer off, if no text came before
 */
export async function readChunk(session: ReadSession, response: Response): Promise<Chunk> {
  const { headers } = response;
  const { bytes, error } = await readBytes(response);
  const token = headers.get(HEADERS.nextOffset);
  if (token === null) {
    throw new StreamError(
      "protocol",
      `${response.url || "The server"} answered without a ${HEADERS.nextOffset} header. Is it a Durable Streams server? From another origin, name the header in Access-Control-Expose-Headers.`,
    );
  }
  const { offset, server } = session;
  const brokenBy = error ?? missingBytes(session, bytes.length, token);
  if (brokenBy !== undefined) {
    // What came before counts, or a connection that never lasts would bring nothing. An opaque
    // server has no token for a place inside an answer.
    const delta = server === "twinstream" ? decodeNext(session, bytes) : "";
    if (!delta) throw brokenBy;
    session.offset += byteLength(delta);
    const update = { delta, offset, bytes: session.offset - offset };
    return { update, changed: true, upToDate: false, closed: false, brokenBy };
  }
  const moved = token !== session.token;
  const delta = decodeNext(session, bytes);
  session.cursor = headers.get(HEADERS.cursor) ?? undefined;
  advance(session, delta, token);
  const closed = headers.get(HEADERS.closed) === "true";
  return {
    update: {
      delta,
      offset,
      bytes: session.offset - offset,
      ...statusFields(headers.get(HEADERS.status) ?? "streaming", closed, endFields(response)),
    },
    changed: moved || closed || delta !== "",
    upToDate: headers.get(HEADERS.upToDate) === "true",
    closed,
  };
}

/** The bytes of an answer, and the error that broke it off, if one did. */
async function readBytes(
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

/** A clean end proves nothing: the answer's own token says how many bytes it should have brought. */
function missingBytes(
  { server, offset }: ReadSession,
  received: number,
  token: string,
): StreamError | undefined {
  const end = server === "twinstream" ? parseOffset(token) : undefined;
  if (end === undefined || offset + received >= end) return undefined;
  return new StreamError(
    "network",
    `The answer broke off: it brought ${received} bytes of ${end - offset}.`,
  );
}

/** Decodes the next bytes of the text. The start of a character is held until the rest comes. */
function decodeNext(session: ReadSession, bytes: Uint8Array): string {
  try {
    const text = session.decoder.decode(bytes, { stream: true });
    session.heldBytes += bytes.length - byteLength(text);
    return text;
  } catch (cause) {
    throw new StreamError(
      "protocol",
      `Stream ${session.request.id} is not UTF-8 text, the only kind that can be read.`,
      { cause },
    );
  }
}
