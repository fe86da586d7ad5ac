export type { StreamStatus, TerminalStatus } from "@twinstream/core/protocol";
export type { Append } from "./lib/append.ts";
export { capability } from "./lib/capability.ts";
export { GenerationEnded } from "./lib/ended.ts";
export type { FlushPolicy } from "./lib/flush.ts";
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
} from "./lib/options.ts";
export { createStreamServer } from "./lib/server.ts";
export type { TextSource } from "./lib/source.ts";
export type {
  Append as StoreAppend,
  Change,
  Claim,
  Close,
  Hold,
  Page,
  Store,
  StreamRecord,
} from "./lib/store.ts";
export type { RequestContext, StreamSnapshot, Streams } from "./lib/streams.ts";
