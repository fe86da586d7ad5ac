export {
  createStreamClient,
  type InputOf,
  isTerminal,
  newStreamId,
  type Stream,
  type StreamBody,
  type StreamClient,
  type StreamClientOptions,
  StreamError,
  type StreamErrorCode,
  type StreamOptions,
  type StreamReason,
  type StreamStatus,
} from "@twinstream/core";
export type { ClientOrOptions, StreamView, UseStreamOptions } from "@twinstream/core/bindings";
export { setStreamClient, useStreamClient } from "./lib/context.ts";
export { type UseStreamResult, useStream } from "./lib/use-stream.ts";
export type { ValueOrGetter } from "./lib/value-or-getter.ts";
