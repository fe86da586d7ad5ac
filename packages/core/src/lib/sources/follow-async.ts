import type { SourceRequest, SourceSink } from "../types.ts";

/**
 * Runs one attempt of a source. If `run` rejects, the error is reported, unless the reader has
 * left: then nothing may be reported any more.
 * @param request the attempt's request
 * @param sink receives the error
 * @param run follows the stream to the attempt's end
 */
export function followAsync(
  request: SourceRequest,
  sink: SourceSink,
  run: () => Promise<void>,
): void {
  run().catch((error: unknown) => {
    if (!request.signal.aborted) sink.error(error);
  });
}
