import type { SourceSink } from "../../types.ts";
import { type PollOptions, pollUntilEnd } from "../polling.ts";
import { readChunk } from "./chunk.ts";
import type { ReadSession } from "./read-session.ts";
import { sendRead } from "./send-read.ts";

/**
 * Follows by polling, with [conditional requests](https://www.rfc-editor.org/rfc/rfc9110#section-13)
 * if the server tags its answers.
 */
export async function followPoll(
  session: ReadSession,
  sink: SourceSink,
  options: PollOptions,
): Promise<void> {
  const { request } = session;
  // An ETag belongs to the offset that it answered.
  let tag: { readonly etag: string; readonly token: string } | undefined;
  await pollUntilEnd(request, options, async () => {
    for (;;) {
      const { token } = session;
      const etag = tag?.token === token ? tag.etag : undefined;
      const response = await sendRead(session, { etag });
      if (response.status === 304) return { changed: false, ended: false };
      const chunk = await readChunk(session, response);
      if (request.signal.aborted) return { changed: false, ended: true };
      const next = response.headers.get("etag");
      tag = next ? { etag: next, token } : undefined;
      sink.next(chunk.update);
      if (chunk.brokenBy !== undefined) throw chunk.brokenBy;
      if (chunk.closed || chunk.upToDate || !chunk.changed) {
        return { changed: chunk.changed, ended: chunk.closed };
      }
    }
  });
}
