export {
  createStreamClient,
  type InputOf,
  type StreamClient,
} from "./lib/client.ts";
export { type HttpDriveOptions, httpDrive } from "./lib/drive/http-drive.ts";
export { StreamError, type StreamErrorCode, type StreamErrorOptions } from "./lib/errors.ts";
export type { CreateOptions } from "./lib/http/create-stream.ts";
export type { StreamClientOptions } from "./lib/options/client-options.ts";
export { bodyOf } from "./lib/options/initial.ts";
export { newStreamId } from "./lib/protocol/new-stream-id.ts";
export { type HttpSourceOptions, httpSource } from "./lib/sources/http-source.ts";
export { liveTextSource } from "./lib/sources/live-text-source.ts";
export { type PollSourceOptions, pollSource } from "./lib/sources/poll-source.ts";
export type { PollOptions } from "./lib/sources/polling.ts";
export { subscribeSource, type Unsubscribe } from "./lib/sources/subscribe-source.ts";
export type { InitialBody, StreamBody, StreamReason, StreamUpdate } from "./lib/text/body.ts";
export type {
  Decoder,
  DriveRequest,
  Driver,
  DriveSink,
  NewStreamOptions,
  Platform,
  RetryOptions,
  Source,
  SourceRequest,
  SourceSink,
  Stop,
  Stream,
  StreamDelta,
  StreamOptions,
  StreamRequest,
  TextDecoding,
  Transports,
  TransportWrapper,
} from "./lib/types.ts";
export { isActive, isTerminal, type StreamStatus } from "./protocol.ts";
