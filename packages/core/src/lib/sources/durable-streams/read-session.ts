import { formatOffset } from "../../protocol/offset.ts";
import { byteLength } from "../../text/utf8.ts";
import type { SourceRequest } from "../../types.ts";

/** Where the texts of opaque servers can be resumed, by stream id. It outlives the attempts. */
export type ResumePoints = Map<string, { readonly offset: number; readonly token: string }>;

/**
 * One attempt to read a stream by the read side of the
 * [Durable Streams protocol](https://github.com/durable-streams/durable-streams/blob/main/PROTOCOL.md).
 *
 * A Twinstream server sends `Stream-Status`, and its offset tokens are byte offsets. The tokens of
 * other servers are opaque: their text can be read from its start, or from where an earlier answer
 * ended, which `resumePoints` keeps. They have no statuses: `Stream-Closed` means `done`.
 */
export interface ReadSession {
  readonly request: SourceRequest;
  readonly resumePoints: ResumePoints;
  /** One decoder for all answers: an opaque server may end an answer inside a character. */
  readonly decoder: TextDecoder;
  /** How many bytes of an unfinished character the decoder holds. */
  heldBytes: number;
  /** The end of the text that was reported, in bytes. */
  offset: number;
  /** The offset token to read from next. */
  token: string;
  /** The last `Stream-Cursor`, echoed in the next live request. */
  cursor?: string;
  /** Which kind of server it is; undefined until an answer has shown it. */
  server?: "twinstream" | "opaque";
}

/** The token of a stream's start, for any server. */
export const START = "-1";

/**
 * Begins an attempt at the request's offset, or before it, if the server cannot resume there.
 * @param request the attempt's request
 * @param resumePoints what earlier attempts have learned
 */
export function openSession(request: SourceRequest, resumePoints: ResumePoints): ReadSession {
  const { id, offset } = request;
  const session = {
    request,
    resumePoints,
    decoder: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }),
    heldBytes: 0,
  };
  const known = resumePoints.get(id);
  if (!known) return { ...session, offset, token: offset > 0 ? formatOffset(offset) : START };
  const from = known.offset <= offset ? known : { offset: 0, token: START };
  return { ...session, ...from, server: "opaque" };
}

/**
 * Moves the session past a piece of text.
 * @param session the session to move
 * @param delta the text
 * @param token the offset token of the text's end
 */
export function advance(session: ReadSession, delta: string, token: string): void {
  session.offset += byteLength(delta);
  session.token = token;
  // A place inside a character is no place to resume at.
  if (session.server === "opaque" && session.heldBytes === 0) {
    session.resumePoints.set(session.request.id, { offset: session.offset, token });
  }
}
