import { StreamError } from "../../errors.ts";
import { send, streamUrl } from "../../http/send.ts";
import { HEADERS } from "../../protocol/headers.ts";
import { withHeaders } from "../with-headers.ts";
import { type ReadSession, START } from "./read-session.ts";

/** What a read may ask for besides the text from the session's offset on. */
export interface ReadOptions {
  /** How to follow the stream. Default: the answer ends at what is stored. */
  readonly live?: "text" | "sse" | "long-poll";
  /** The tag of an earlier answer: if nothing has changed since, the answer is 304. */
  readonly etag?: string;
}

/**
 * Sends one read from the session's offset on. The answer shows which kind of server it is.
 * @param session the session to read on
 * @param options how to read
 * @returns a successful answer, or 304
 * @throws {StreamError} if the server refuses the request
 */
export async function sendRead(
  session: ReadSession,
  { live, etag }: ReadOptions = {},
): Promise<Response> {
  const { request, token } = session;
  const query = new URLSearchParams({ offset: token });
  if (live) query.set("live", live);
  if (live && session.cursor) query.set("cursor", session.cursor);
  const headers: Record<string, string> = etag ? { "if-none-match": etag } : {};
  // A byte offset is a token of Twinstream's, and the server may be another one.
  const isGuess = session.server === undefined && token !== START;
  let response: Response | undefined;
  try {
    response = await send(withHeaders(request, headers), `${streamUrl(request)}?${query}`);
  } catch (error) {
    if (!isGuess || !(error instanceof StreamError) || error.code !== "rejected") throw error;
  }
  if (response?.headers.has(HEADERS.status)) {
    session.server = "twinstream";
    return response;
  }
  if (response && !isGuess) {
    session.server ??= "opaque";
    return response;
  }
  response?.body?.cancel().catch(() => {});
  session.server = "opaque";
  session.offset = 0;
  session.token = START;
  return sendRead(session, { live });
}
