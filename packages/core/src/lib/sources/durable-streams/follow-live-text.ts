import { readText } from "../../http/read-text.ts";
import { HEADERS } from "../../protocol/headers.ts";
import { parseOffset } from "../../protocol/offset.ts";
import type { SourceSink } from "../../types.ts";
import { readChunk } from "./chunk.ts";
import { followLongPoll } from "./follow-long-poll.ts";
import type { ReadSession } from "./read-session.ts";
import { sendRead } from "./send-read.ts";
import { statusFields } from "./status-fields.ts";

/** Follows a Twinstream server by `live=text`: the text itself, and nothing else. Other servers are long-polled. */
export async function followLiveText(session: ReadSession, sink: SourceSink): Promise<void> {
  // If responses cannot be read piece by piece (React Native), a live one would show nothing before its end.
  if (!("body" in Response.prototype)) return followLongPoll(session, sink);
  const response = await sendRead(session, { live: "text" });
  if (session.server === "opaque") {
    const chunk = await readChunk(session, response);
    sink.next(chunk.update);
    if (chunk.closed) return;
    return followLongPoll(session, sink);
  }
  const { headers } = response;
  const closed = headers.get(HEADERS.closed) === "true";
  const fields = statusFields(headers.get(HEADERS.status), closed, headers.get(HEADERS.error));
  if (!closed) sink.next({ delta: "", offset: session.offset, bytes: 0, status: fields.status });
  if (response.body) {
    await readText(response, session.request, (delta, bytes) => {
      sink.next({ delta, offset: session.offset, bytes });
      session.offset += bytes;
    });
  }
  const end = parseOffset(headers.get(HEADERS.nextOffset) ?? "") ?? 0;
  // Closed, and still not read to the end that the answer named: it was cut.
  if (!closed || session.offset < end) return sink.end();
  sink.next({ delta: "", offset: session.offset, bytes: 0, ...fields });
}
