import { failure, type StreamError } from "../errors.ts";
import type { Stop, StreamRequest } from "../types.ts";
import type { StreamContext } from "./attempt.ts";

/** What becomes of a stop. */
export interface StopOutcome {
  /** The server has taken it. */
  taken(): void;
  /** The server refuses it: sending it again cannot help. */
  refused(error: StreamError): void;
  /** It did not get through: it is to be sent again, after a wait. */
  lost(error: StreamError): void;
}

/** Sends one stop, and reports what becomes of it. Never rejects. */
export async function sendStop(
  stop: Stop,
  context: StreamContext,
  { taken, refused, lost }: StopOutcome,
): Promise<void> {
  // Nothing aborts it: a stop outlives the reader who asked for it.
  const { signal } = new AbortController();
  const request: StreamRequest = { ...context, signal, alive() {} };
  try {
    await stop(request);
  } catch (caught) {
    const { error, fatal } = failure(caught);
    return fatal ? refused(error) : lost(error);
  }
  taken();
}
