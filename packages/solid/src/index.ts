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
export { StreamProvider, type StreamProviderProps, useStreamClient } from "./lib/provider.ts";
export {
  type UseStreamOptions,
  type UseStreamResult,
  useStream,
} from "./lib/use-stream.ts";
export type { ValueOrAccessor } from "./lib/value-or-accessor.ts";
