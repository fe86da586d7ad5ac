import { eventParser } from "../../decoders/framing/event-stream.ts";
import { isObject, parseJson, string } from "../../decoders/json.ts";
import { StreamError } from "../../errors.ts";
import type { StreamEndFields } from "../../text/body.ts";
import type { SourceSink } from "../../types.ts";
import { readChunk } from "./chunk.ts";
import { advance, type ReadSession } from "./read-session.ts";
import { sendRead } from "./send-read.ts";
import { statusFields } from "./status-fields.ts";

/** How much of a wrong event an error message shows. */
const SHOWN_CHARACTERS = 80;

/** A control event: where the data before it ends. */
interface Control {
  readonly nextOffset: string;
  readonly cursor?: string;
  readonly closed: boolean;
  readonly status?: string;
  readonly end: StreamEndFields;
}

/**
 * Follows by server-sent events: data, and after it a control event that says where it ends.
 *
 * An [event stream](https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream)
 * drops one space at the start of a line, turns CR into LF, and cannot hold half a character.
 * Twinstream's servers escape all three. Another server's events are only news that there is text:
 * the text itself is read by a plain request, which loses nothing.
 */
export async function followSse(session: ReadSession, sink: SourceSink): Promise<void> {
  const { signal, alive } = session.request;
  const response = await sendRead(session, { live: "sse" });
  const type = response.headers.get("content-type") ?? "no Content-Type";
  if (!response.body || !type.startsWith("text/event-stream")) {
    response.body?.cancel().catch(() => {});
    throw new StreamError(
      "protocol",
      `The server answered live=sse with ${type}, not text/event-stream. Use another \`live\` mode, or check the proxy before it.`,
    );
  }

  /** Reports the text up to a control event; true at the stream's end. */
  async function report(delta: string, control: Control): Promise<boolean> {
    // Tokens sort: a plain read may have got further than the events have.
    while (session.server === "opaque" && session.token < control.nextOffset) {
      const chunk = await readChunk(session, await sendRead(session));
      if (signal.aborted) return true;
      sink.next(chunk.update);
      if (chunk.closed) return true;
      if (!chunk.changed) break;
    }
    const { offset } = session;
    const text = session.server === "twinstream" ? delta : "";
    if (session.server === "twinstream") advance(session, text, control.nextOffset);
    session.cursor = control.cursor;
    sink.next({
      delta: text,
      offset,
      bytes: session.offset - offset,
      ...statusFields(control.status ?? "streaming", control.closed, control.end),
    });
    return control.closed;
  }

  // Parsed first and reported after: a report may have to wait for a plain read.
  const pending: { readonly delta: string; readonly control: Control }[] = [];
  let delta = "";
  const parser = eventParser(({ event, data }) => {
    if (event === "data") delta += data;
    else if (event === "control") {
      pending.push({ delta, control: parseControl(data) });
      delta = "";
    }
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return sink.end();
    alive();
    parser.feed(decoder.decode(value, { stream: true }));
    for (const { delta, control } of pending.splice(0)) {
      if (signal.aborted || (await report(delta, control))) {
        reader.cancel().catch(() => {});
        return;
      }
    }
  }
}

function parseControl(data: string): Control {
  const fields = parseJson(data);
  const nextOffset = string(fields, "streamNextOffset");
  if (nextOffset === undefined) {
    throw new StreamError(
      "protocol",
      `A control event has no streamNextOffset, but ${data.slice(0, SHOWN_CHARACTERS)}. Is it a Durable Streams server?`,
    );
  }
  return {
    nextOffset,
    cursor: string(fields, "streamCursor"),
    closed: isObject(fields) && fields.streamClosed === true,
    status: string(fields, "streamStatus"),
    end: {
      error: string(fields, "streamError"),
      errorMessage: string(fields, "streamErrorMessage"),
      reason: string(fields, "streamReason"),
    },
  };
}
