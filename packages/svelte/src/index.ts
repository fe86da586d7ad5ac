export {
  createStreamClient,
  isTerminal,
  type Stream,
  type StreamBody,
  type StreamClient,
  type StreamClientOptions,
  StreamError,
  type StreamErrorCode,
  type StreamOptions,
  type StreamStatus,
} from "@twinstream/core";
export { setStreamClient, useStreamClient } from "./lib/context.ts";
export {
  type StreamView,
  type UseStreamOptions,
  type UseStreamResult,
  useStream,
} from "./lib/use-stream.ts";
export type { ValueOrGetter } from "./lib/value-or-getter.ts";
