export {
  type ActiveStatus,
  isActive,
  isTerminal,
  type StreamStatus,
  type TerminalStatus,
} from "@twinstream/core/protocol";
export { GenerationEnded } from "./lib/generation/generation-ended.ts";
export { ModelError, type ModelErrorCode } from "./lib/generation/model-error.ts";
export { StreamFailure } from "./lib/generation/stream-failure.ts";
export { anyoneWithId } from "./lib/options/anyone-with-id.ts";
export type { Append, TextSource } from "./lib/options/append.ts";
export type { Action, Authorize, AuthorizeContext, Authorized } from "./lib/options/authorize.ts";
export type { CorsOptions } from "./lib/options/cors.ts";
export type { FlushPolicy } from "./lib/options/flush.ts";
export type {
  FinishContext,
  Generate,
  GenerateContext,
  InputContext,
  ParseInput,
} from "./lib/options/generate.ts";
export type { Limits, Retention } from "./lib/options/limits.ts";
export type { StreamServerOptions } from "./lib/options/options.ts";
export type { PlatformContext } from "./lib/options/platform-context.ts";
export type {
  Change,
  ClaimResult,
  LeaseResult,
  NewStream,
  Page,
  Store,
  StoreAppend,
  StoreClaim,
  StreamRecord,
  StreamSnapshot,
} from "./lib/options/store.ts";
export type { StreamEnd } from "./lib/options/stream-end.ts";
export { createStreamServer } from "./lib/server.ts";
export type { NewStreamOptions } from "./lib/store/new-stream.ts";
export type { DriveOptions, Streams } from "./lib/streams.ts";
