import { failure, type StreamError } from "../errors.ts";
import type { StreamConfig, StreamRequest } from "../types.ts";

/** What comes of a stop. */
export interface StopSink {
  /** The server has taken it. */
  taken(): void;
  /** The server refuses it: sending it again cannot help. */
  refused(error: StreamError): void;
  /** It did not get through. */
  failed(error: StreamError): void;
}

/**
 * Sends a stop once. Nothing aborts it: a stop outlives the reader who asked for it.
 * @returns a promise that resolves once it was answered, or has failed; it never rejects
 */
export async function sendStop(
  { stop }: Pick<StreamConfig, "stop">,
  context: Omit<StreamRequest, "signal" | "alive">,
  sink: StopSink,
): Promise<void> {
  const { signal } = new AbortController();
  try {
    await stop({ ...context, signal, alive() {} });
    sink.taken();
  } catch (caught) {
    const { error, fatal } = failure(caught);
    if (fatal) sink.refused(error);
    else sink.failed(error);
  }
}
