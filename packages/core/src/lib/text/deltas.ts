import { StreamError } from "../errors.ts";
import { isTerminal } from "../protocol/status.ts";
import type { Stream, StreamDelta } from "../types.ts";
import { byteLength } from "./utf8.ts";

/**
 * Reads a stream piece by piece: each piece is what came since the one before.
 * @param signal ends it: it throws the signal's reason
 * @throws {StreamError} at the end of a stream that failed
 */
export async function* readDeltas(
  { subscribe, snapshot }: Pick<Stream, "subscribe" | "snapshot">,
  signal?: AbortSignal,
): AsyncGenerator<StreamDelta, undefined> {
  signal?.throwIfAborted();
  let wake = () => {};
  const quit = subscribe(() => wake());
  const abort = () => wake();
  signal?.addEventListener("abort", abort);
  try {
    let offset = 0;
    for (let read = 0; ; ) {
      signal?.throwIfAborted();
      const { text, status, error } = snapshot();
      if (text.length > read) {
        const delta = text.slice(read);
        yield { delta, offset };
        read = text.length;
        offset += byteLength(delta);
      } else if (isTerminal(status)) {
        if (status === "error") throw error;
        if (status === "timeout") throw new StreamError("timeout", "The answer was not finished.");
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    quit();
  }
}
