import type { SourceRequest, SourceSink } from "../types.ts";

/** Runs one attempt: what it throws is reported, unless the reader has left, who wants to hear nothing more. */
export function attempt(request: SourceRequest, sink: SourceSink, run: () => Promise<void>): void {
  run().catch((error: unknown) => {
    if (!request.signal.aborted) sink.error(error);
  });
}

/** Waits `ms`, or until the page wakes or the reader leaves. */
export function rest({ platform, signal }: SourceRequest, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      cancel();
      forget();
      signal.removeEventListener("abort", over);
      resolve();
    };
    const cancel = platform.after(ms, over);
    const forget = platform.onWake(over);
    signal.addEventListener("abort", over);
    if (signal.aborted) over();
  });
}
