import type { SourceSink } from "../../types.ts";
import { readLiveText } from "../live-text-source.ts";
import { readChunk } from "./chunk.ts";
import { followLongPoll } from "./follow-long-poll.ts";
import type { ReadSession } from "./read-session.ts";
import { sendRead } from "./send-read.ts";

/**
 * Follows a Twinstream server by `live=text`: the text itself, and nothing else. Other servers are
 * long-polled.
 */
export async function followLiveText(session: ReadSession, sink: SourceSink): Promise<void> {
  // If responses cannot be read piece by piece (React Native), a live one would show nothing before its end.
  if (!("body" in Response.prototype)) return followLongPoll(session, sink);
  const response = await sendRead(session, { live: "text" });
  if (session.server === "twinstream") {
    const ended = await readLiveText(response, session.request, session.offset, sink.next);
    if (!ended) sink.end();
    return;
  }
  const chunk = await readChunk(session, response);
  sink.next(chunk.update);
  if (!chunk.closed) await followLongPoll(session, sink);
}
