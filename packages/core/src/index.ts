export { StreamError, type StreamErrorCode } from "./lib/error.ts";
export type {
  Source,
  SourceRequest,
  SourceSink,
  StreamBody,
  StreamUpdate,
} from "./lib/types.ts";
export { isTerminal, type StreamStatus } from "./protocol.ts";
