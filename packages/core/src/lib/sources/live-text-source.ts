import { readText } from "../http/read-text.ts";
import { send, streamUrl } from "../http/send.ts";
import { CLOSED, ERROR, NEXT_OFFSET, STATUS } from "../protocol/headers.ts";
import { formatOffset } from "../protocol/offset.ts";
import { isTerminal, type StreamStatus } from "../protocol/status.ts";
import { byteLength } from "../text/utf8.ts";
import type { Source, SourceRequest, StreamUpdate } from "../types.ts";

/** Asks for the text from the request's offset on, and reports it piece by piece; the status comes last. */
async function read(
  request: SourceRequest,
  live: string,
  next: (update: StreamUpdate & { delta: string }) => void,
): Promise<void> {
  let { offset } = request;
  const response = await send(
    request,
    `${streamUrl(request)}?offset=${formatOffset(offset)}${live}`,
  );
  const header = (name: string) => response.headers.get(name);
  const status = header(STATUS) as StreamStatus;
  if (!isTerminal(status)) next({ delta: "", offset, status });
  const piece = (delta: string, bytes = byteLength(delta)) => {
    next({ delta, offset, bytes });
    offset += bytes;
  };
  if (response.body) await readText(response, request, piece);
  else piece(await response.text());
  // A terminal status counts where this answer reached the end of the text, and was read to its own end.
  if (header(CLOSED) && offset >= +header(NEXT_OFFSET)!) {
    next({ delta: "", offset, status, error: header(ERROR)! });
  }
}

// Where responses cannot be read piece by piece (React Native), a live one would show nothing before its end.
const live = () => ("body" in Response.prototype ? "&live=text" : "");

/** Follows a Twinstream server by `live=text`: the text itself, as it is persisted, and nothing else. */
export const liveTextSource: Source = {
  follow(request, sink) {
    read(request, live(), sink.next).then(sink.end, sink.error);
  },
  async read(request) {
    let delta = "";
    let said: Partial<StreamUpdate> | undefined;
    await read(request, "", (update) => {
      delta += update.delta;
      if (update.status) said = update;
    }).catch((error) => {
      // What came before it broke off counts, or a connection that never lasts would bring nothing.
      if (!delta) throw error;
    });
    return { ...said, delta, offset: request.offset };
  },
};
