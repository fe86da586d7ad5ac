import type { TerminalStatus } from "@twinstream/core/protocol";
import type { TailLimits } from "../follow/tail.ts";
import type { Append } from "../generation/append.ts";
import type { FlushPolicy } from "../generation/flush-policy.ts";
import type { ProducerLimits } from "../generation/producer.ts";
import type { Store } from "../store/store.ts";

/** What somebody wants to do to a stream. */
export type Action = "create" | "drive" | "read" | "stop" | "delete";

/** What `authorize` is asked. `id` is undefined for `create`. */
export interface AuthorizeContext {
  readonly action: Action;
  readonly id: string | undefined;
  readonly request: Request;
}

/** Says who may do what: true, false (403), or the answer to send instead. */
export type Authorize = (
  context: AuthorizeContext,
) => boolean | Response | Promise<boolean | Response>;

/** What `parseInput` is told besides the input itself. */
export interface InputContext {
  readonly id: string;
  readonly request: Request;
}

/**
 * Checks what a client sent as input, and returns what `generate` is given. What it throws is the
 * client's 400, with the error's message; the stream stays pending.
 */
export type ParseInput<Input> = (raw: unknown, context: InputContext) => Input | Promise<Input>;

/** What a generation is given. */
export interface GenerateContext<Input = unknown> {
  readonly id: string;
  /** What `parseInput` made of it; without one, the JSON that the drive request bore, as the client sent it (undefined where it bore none). */
  readonly input: Input;
  readonly request: Request;
  /** Adds text, which the driver is sent at once, and which is stored in batches. */
  readonly append: Append;
  /** Aborted when the stream was stopped (on whatever server), deleted or lost, and when `generate` threw. Hand it to the model's client. */
  readonly signal: AbortSignal;
}

/** Makes the text of a stream. Its return ends the stream as `done`, its exception as `error`. */
export type Generate<Input = unknown> = (context: GenerateContext<Input>) => unknown;

/** A stream's end, as `onFinish` is told. */
export interface Finish {
  readonly id: string;
  readonly text: string;
  readonly status: TerminalStatus;
  readonly error?: string;
}

/** Which pages of other origins may call the handler. */
export interface CorsOptions {
  /** An origin, several, or `"*"` for any. */
  readonly origin: string | readonly string[] | ((origin: string) => boolean);
  /** Whether cookies may be sent. Default false. */
  readonly credentials?: boolean;
}

/** Bounds, all with defaults. Bytes are UTF-8's. */
export interface Limits extends ProducerLimits, TailLimits {
  /** A drive request's body. Over it: 413. */
  readonly inputBytes: number;
  /** Generations at once in this process. Over it: 429, and the stream stays pending. */
  readonly streams: number;
}

/** How long things are kept, in ms. */
export interface Retention {
  /** How long after its end a stream is deleted. Default: never. */
  readonly keepMs: number;
  /** How long a stream may wait for its first drive before it reads as `timeout`. Default 10 minutes. */
  readonly pendingMs: number;
  /** How often this process sweeps; 0 for never. Default a minute. */
  readonly sweepMs: number;
}

/** The options of `createStreamServer`. */
export interface StreamServerOptions<Input = unknown> {
  /** Where streams are kept. */
  readonly store: Store;
  /** Asked before anything is done for a request. Required. If knowing an id is permission enough, pass `anyoneWithId()`. */
  readonly authorize: Authorize;
  /** Makes the text. Left out where only `streams.drive` with a writer of its own is used. */
  readonly generate?: Generate<Input>;
  /**
   * Checks a drive's input before the stream is claimed, so that bad input costs nothing: what it
   * throws is answered as 400, and the stream stays pending. Default: any JSON is taken.
   * @example parseInput: (raw) => z.object({ prompt: z.string() }).parse(raw)
   */
  readonly parseInput?: ParseInput<Input>;
  /** The path at which the handler is mounted. Default `/api/streams`. */
  readonly basePath?: string;
  /** What the text is served as. Default `text/plain; charset=utf-8`; the charset is UTF-8 in any case. */
  readonly contentType?: string;
  /** When text is written. Default: at sentences, at 1024 bytes or after 250 ms (after 4 KB of text, a second). */
  readonly flush?: Partial<FlushPolicy>;
  /**
   * Told once, after the last flush, with the whole text: the place to copy an answer into your own
   * tables. Not told where this server died or lost the stream, or the store stayed away; sweep
   * your own pending rows by `status`.
   */
  readonly onFinish?: (finish: Finish) => unknown;
  /** Told of errors that no client is shown: what `generate`, `onFinish`, `authorize` or the store threw. Default `console.error`. */
  readonly onError?: (error: unknown, context: { readonly id?: string }) => void;
  /** Closed where left out: no page of another origin may read anything. */
  readonly cors?: CorsOptions;
  readonly limits?: Partial<Limits>;
  /** How long a producer that gives no sign of life keeps its stream, in ms. Default 15 000. */
  readonly lease?: number;
  readonly retention?: Partial<Retention>;
  /**
   * How long a request waits for the store before it is answered with 503, in ms. Default 10 000.
   * What was asked of the store may still happen: a claim that comes late is generated, and followed.
   */
  readonly storeTimeoutMs?: number;
  /** How long a long-poll waits, in ms. Default 20 000. */
  readonly longPollMs?: number;
  /** Keeps a serverless function alive until the promise settles. May also be given with each request. */
  readonly waitUntil?: (promise: Promise<unknown>) => void;
}
