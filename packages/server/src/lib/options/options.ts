import type { Authorize } from "./authorize.ts";
import type { CorsOptions } from "./cors.ts";
import type { FlushPolicy } from "./flush.ts";
import type { FinishContext, Generate, ParseInput } from "./generate.ts";
import type { Limits, Retention } from "./limits.ts";
import type { PlatformContext } from "./platform-context.ts";
import type { Store } from "./store.ts";

/** The options of `createStreamServer`. Unknown and invalid options throw a `TypeError`. */
export interface StreamServerOptions<Input = unknown, Context = undefined> {
  /** Where streams are kept. */
  readonly store: Store;
  /** Decides about each request before anything is done for it. Required; see `anyoneWithId()` for ids as secrets. */
  readonly authorize: Authorize<Context>;
  /** Makes the text. You may omit it if you pass a function to each `streams.drive`. */
  readonly generate?: Generate<Input, Context>;
  /**
   * Checks a drive's input before the stream is claimed, so that bad input costs nothing. If it
   * throws, the client receives 400 and nothing is written. Default: accepts any JSON.
   * @example parseInput: (raw) => z.object({ prompt: z.string() }).parse(raw)
   */
  readonly parseInput?: ParseInput<Input, Context>;
  /** The path at which the handler is mounted; begins with `/` and does not end with it. Default `/api/streams`. */
  readonly basePath?: string;
  /** The media type of the text. The bytes are always UTF-8. Default `text/plain; charset=utf-8`. */
  readonly contentType?: string;
  /** When text is written. Default: at sentences, at 1024 bytes or after 250 ms (after 4 KB of text, a second). */
  readonly flush?: Partial<FlushPolicy>;
  /**
   * Called once after the last flush with the whole text: the place to copy an answer into your own
   * tables. Readers see the end before it returns: what a page must find at the end, write before
   * `generate` returns. It is not called if this server died, lost the stream or could not reach the store;
   * sweep your own pending rows by `status`.
   */
  readonly onFinish?: (finished: FinishContext<Context>) => unknown;
  /**
   * Receives errors that no client sees: those of `generate`, `onFinish`, `authorize` and the store. Of
   * a `StreamFailure` it hears only if it has a `cause`. Default `console.error`.
   */
  readonly onError?: (error: unknown, context: { readonly id?: string }) => void;
  /** Which pages of other origins may call the handler. Default: none. */
  readonly cors?: CorsOptions;
  /** Bounds on memory and load. */
  readonly limits?: Partial<Limits>;
  /** How long a producer without a sign of life keeps its stream, in ms; at least 100. Default 15,000. */
  readonly leaseMs?: number;
  /** How long streams are kept. */
  readonly retention?: Partial<Retention>;
  /**
   * How long a request waits for the store before it is answered with 503, in ms; at least 1. The
   * store may still carry out the step: a claim that comes late is generated, and can be followed.
   * Default 10,000.
   */
  readonly storeTimeoutMs?: number;
  /** How long a long-poll waits for text, in ms. Default 20,000. */
  readonly longPollMs?: number;
  /** Keeps a serverless function alive until the promise settles. You may also pass it with each request. */
  readonly waitUntil?: PlatformContext["waitUntil"];
}
