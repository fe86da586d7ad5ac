export type { StreamStatus, TerminalStatus } from "@twinstream/core/protocol";
export type { Append } from "./lib/generation/append.ts";
export type { FlushPolicy } from "./lib/generation/flush-policy.ts";
export { ModelError, type ModelErrorCode } from "./lib/generation/model-error.ts";
export { GenerationEnded } from "./lib/generation/stream-end.ts";
export type { TextSource } from "./lib/generation/text-source.ts";
export { anyoneWithId } from "./lib/options/anyone-with-id.ts";
export type {
  Action,
  Authorize,
  AuthorizeContext,
  CorsOptions,
  Finish,
  Generate,
  GenerateContext,
  InputContext,
  Limits,
  ParseInput,
  Retention,
  StreamServerOptions,
} from "./lib/options/options.ts";
export { createStreamServer } from "./lib/server.ts";
export type {
  Append as StoreAppend,
  Change,
  Claim,
  Close,
  Hold,
  Page,
  Store,
  StreamRecord,
} from "./lib/store/store.ts";
export type { RequestContext, StreamSnapshot, Streams } from "./lib/streams.ts";
