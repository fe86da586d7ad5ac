import { eventParser } from "../decoders/framing/event-stream.ts";
import { StreamError } from "../errors.ts";
import { HEADERS } from "../protocol/headers.ts";
import type { SourceRequest, SourceSink } from "../types.ts";
import { ask, type Conversation, ending, type Memory, move, readPage } from "./durable-streams.ts";
import { statusOf } from "./update.ts";

/** What a control event says. */
interface Control {
  readonly streamNextOffset: string;
  readonly streamCursor?: string;
  readonly streamClosed?: boolean;
  readonly streamStatus?: string;
  readonly streamError?: string;
}

/**
 * Follows by server-sent events: data, and after it a control event that says where it ends.
 *
 * Events eat one space at the start of a line unless the server adds one for them to eat, turn CR
 * into LF, and cannot hold half a character. Our servers see to all three. Another server's data is
 * taken for news alone: the text itself is read by a plain request, which loses nothing.
 */
export async function followSse(
  request: SourceRequest,
  sink: SourceSink,
  talk: Conversation,
  memory: Memory,
): Promise<void> {
  const response = await ask(request, talk, "sse");
  const type = response.headers.get("content-type") ?? "no content type";
  if (!response.body || !type.startsWith("text/event-stream")) {
    response.body?.cancel().catch(() => {});
    throw new StreamError("protocol", `The server answered with ${type}, not server-sent events.`);
  }

  /** Reports the text up to a control event; true at the stream's end. */
  async function report(delta: string, control: Control): Promise<boolean> {
    const closed = control.streamClosed === true;
    const token = control.streamNextOffset;
    // Tokens sort: a plain read may have got further than the events have.
    while (!talk.ours && talk.token < token) {
      const page = await readPage(await ask(request, talk), request, talk, memory);
      if (request.signal.aborted) return true;
      sink.next(page.update);
      if (page.closed) return true;
      if (!page.changed) break;
    }
    const { offset } = talk;
    if (talk.ours) move(request, talk, token, delta, memory);
    talk.cursor = control.streamCursor;
    sink.next({
      delta: talk.ours ? delta : "",
      offset,
      bytes: talk.offset - offset,
      ...ending(statusOf(control.streamStatus ?? "streaming", closed), control.streamError),
    });
    return closed;
  }

  // Parsed first and reported after: a report may have to wait for a plain read.
  const reports: { readonly delta: string; readonly control: Control }[] = [];
  let delta = "";
  const parser = eventParser(({ event, data }) => {
    if (event === "data") delta += data;
    else if (event === "control") {
      reports.push({ delta, control: parseControl(data) });
      delta = "";
    }
  });
  const bytes = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return sink.end();
    request.alive();
    parser.feed(bytes.decode(value, { stream: true }));
    for (const { delta, control } of reports.splice(0)) {
      if (request.signal.aborted || (await report(delta, control))) {
        reader.cancel().catch(() => {});
        return;
      }
    }
  }
}

function parseControl(data: string): Control {
  let control: Partial<Control> | null | undefined;
  try {
    control = JSON.parse(data);
  } catch {
    // Said below, with what else may be wrong.
  }
  if (typeof control?.streamNextOffset === "string") return control as Control;
  throw new StreamError(
    "protocol",
    `A control event has no streamNextOffset (${HEADERS.nextOffset}): ${data.slice(0, 80)}`,
  );
}
