import type { SourceSink } from "../../types.ts";
import { pause } from "../pause.ts";
import { readChunk } from "./chunk.ts";
import type { ReadSession } from "./read-session.ts";
import { sendRead } from "./send-read.ts";

/** An answer without news that comes sooner than this is not one that the server held open. */
const AT_ONCE_MS = 500;
/** How long to wait after such an answer. */
const PAUSE_MS = 1000;

/** Follows by long-polling: one request for each change. */
export async function followLongPoll(session: ReadSession, sink: SourceSink): Promise<void> {
  const { request } = session;
  const { platform, signal } = request;
  while (!signal.aborted) {
    const askedAt = platform.now();
    const chunk = await readChunk(session, await sendRead(session, { live: "long-poll" }));
    if (signal.aborted) return;
    sink.next(chunk.update);
    if (chunk.brokenBy !== undefined) throw chunk.brokenBy;
    if (chunk.closed) return;
    if (!chunk.changed && platform.now() - askedAt < AT_ONCE_MS) await pause(request, PAUSE_MS);
  }
}
