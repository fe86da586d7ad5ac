import { statusOf } from "../http/check-answer.ts";
import { endFields } from "../http/end-fields.ts";
import { readText } from "../http/read-text.ts";
import { send, streamUrl } from "../http/send.ts";
import { CLOSED, NEXT_OFFSET } from "../protocol/headers.ts";
import { formatOffset } from "../protocol/offset.ts";
import { isTerminal } from "../protocol/status.ts";
import type { StreamUpdate } from "../text/body.ts";
import { byteLength } from "../text/utf8.ts";
import type { Source, SourceRequest } from "../types.ts";

type Delta = Extract<StreamUpdate, { readonly delta: string }>;

/**
 * Reads a Twinstream server's answer to a read, live or not: reports the text piece by piece.
 * A status that may still change is reported first, a terminal one last, and only if the answer
 * reached the end of the text and was read to its own end.
 * @param response the answer
 * @param request the request that it answers
 * @param offset where the answer begins, in bytes of the text
 * @param next receives the updates
 * @returns whether it reported a terminal status
 * @throws {StreamError} if the answer has no status that is known
 */
export async function readLiveText(
  response: Response,
  request: SourceRequest,
  offset: number,
  next: (update: Delta) => void,
): Promise<boolean> {
  const { headers } = response;
  const status = statusOf(response);
  const terminal = isTerminal(status);
  if (!terminal) next({ delta: "", offset, status });
  function piece(delta: string, bytes = byteLength(delta)) {
    next({ delta, offset, bytes });
    offset += bytes;
  }
  if (response.body) await readText(response, request, piece);
  else piece(await response.text());
  // A proxy may end an answer cleanly in mid-text: its headers say how far it should have gone.
  const ended =
    terminal && headers.get(CLOSED) === "true" && offset >= Number(headers.get(NEXT_OFFSET));
  if (ended) next({ delta: "", offset, status, ...endFields(response) });
  return ended;
}

// If responses cannot be read piece by piece (React Native), a live one would show nothing before its end.
const live = () => ("body" in Response.prototype ? "&live=text" : "");

async function read(
  request: SourceRequest,
  query: string,
  next: (update: Delta) => void,
): Promise<boolean> {
  const { offset } = request;
  const response = await send(
    request,
    `${streamUrl(request)}?offset=${formatOffset(offset)}${query}`,
  );
  return readLiveText(response, request, offset, next);
}

/** Follows a Twinstream server by `live=text`: the text itself, as it is persisted, and nothing else. */
export const liveTextSource: Source = {
  follow(request, sink) {
    read(request, live(), sink.next).then((ended) => {
      if (!ended) sink.end();
    }, sink.error);
  },
  async read(request) {
    const { offset } = request;
    let delta = "";
    let said: Delta | undefined;
    await read(request, "", (update) => {
      delta += update.delta;
      if (update.status) said = update;
    }).catch((error) => {
      // What came before it broke off counts, or a connection that never lasts would bring nothing.
      if (!delta) throw error;
    });
    return { ...said, delta, offset };
  },
};
