import type { ReadableAtom } from "nanostores";
import type { InitialBody, StreamBody, StreamUpdate } from "./text/body.ts";

/** What a request for a stream is made of, to drive it, to follow it or to stop it. */
export interface StreamRequest {
  readonly id: string;
  /** Aborted when the reader leaves, or the client is done with this attempt. */
  readonly signal: AbortSignal;
  /** The client's `url`, if it has one, without a slash at its end. */
  readonly url?: string;
  /** Returns the client's headers. Call it for each request: a token may have changed. */
  readonly headers: () => Promise<Headers>;
  /** Which cookies the client's requests carry: `fetch`'s option of this name. */
  readonly credentials?: RequestCredentials;
  readonly fetch: typeof globalThis.fetch;
  /** The client's clock and surroundings: use its timers, so that tests and hidden tabs work. */
  readonly platform: Platform;
  /**
   * Reports that bytes came in. From the first call on, the connection counts as dead after the
   * client's `idleTimeoutMs` (45 s) without another call. A source that may be silent never calls it, or
   * calls `alive(false)` while it expects nothing.
   */
  readonly alive: (expecting?: boolean) => void;
}

/** Where a source puts what it reads. */
export interface SourceSink {
  /** Something persisted, in any order, repeated or overlapping: the merge sorts it out. */
  next(update: StreamUpdate): void;
  /** This attempt failed. The client asks again after a delay, from its own offset, unless the error is fatal. */
  error(error: unknown): void;
  /** This attempt ended without a terminal status. A clean end is no evidence, so the client asks again. */
  end(): void;
}

/** The request of a source, for one attempt. */
export interface SourceRequest extends StreamRequest {
  /** How much of the text the reader has by now, in bytes: read from here on. */
  readonly offset: number;
}

/**
 * Where a follower's body comes from.
 * One call of `follow` is one attempt; the client does retries, backoff and visibility.
 * @example
 * const source: Source = {
 *   follow: ({ id, offset, signal }, sink) => listen(id, offset, signal, sink.next),
 * };
 */
export interface Source {
  /** Reports what is persisted from `request.offset` on, until terminal, failed, ended or aborted. */
  follow(request: SourceRequest, sink: SourceSink): void;
  /** Asks once for what is missing and the status: evidence and probes. Omit it if the source only pushes. */
  read?(request: SourceRequest): Promise<StreamUpdate>;
}

/** The request of a driver. */
export interface DriveRequest extends StreamRequest {
  /** The stream's `input`. */
  readonly input: unknown;
  /** The stream is to be made by this drive, with these tags, if it is not there. */
  readonly create?: NewStreamOptions;
}

/** Where a driver puts what it reads. Nothing here is evidence of a terminal status: that comes from the source. */
export interface DriveSink {
  /** The server has taken the request: this client drives. */
  open(): void;
  /** More of the text, in whole characters; `bytes` is its UTF-8 length, if you know it. */
  text(delta: string, bytes?: number): void;
  /** Another client drives already, or the text cannot be read here: the client follows. That is no error. */
  taken(): void;
  /** The drive failed or broke off. The client asks the source how things stand. */
  error(error: unknown): void;
  /** The response ended cleanly. The client asks for evidence. */
  end(): void;
}

/** Starts a generation, and reads its text as it is generated. `httpDrive()` makes one. */
export interface Driver {
  drive(request: DriveRequest, sink: DriveSink): void;
  /**
   * Whether the endpoint claims: it refuses a second request for the same stream. Then a request
   * that failed may be sent again, once the source says that the stream is still pending.
   * Without a claim, nothing is ever sent twice. Default: false.
   */
  readonly claims?: boolean;
  /**
   * Whether a drive makes its stream, if the request has `create`. Default: false: the option
   * `create` of `client.stream` is refused.
   */
  readonly creates?: boolean;
}

/** Cancels a generation, everywhere. Resolves once the server has taken it. */
export type Stop = (request: StreamRequest) => Promise<unknown>;

/** Turns the bytes of one response into text. Each response has its own. */
export interface TextDecoding {
  /**
   * Returns the text in this chunk, which may be cut anywhere.
   * @throws {StreamError} for an error inside the response
   */
  push(chunk: Uint8Array): string;
  /** Returns the text that was still held, at a clean end of the response. */
  end(): string;
}

/** Makes a decoding for each response: `openai()`, `ndjson()` and the like are Decoders. */
export type Decoder = () => TextDecoding;

/** Time and page events, injected so that tests and other runtimes bring their own. */
export interface Platform {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` once at the next frame, in a hidden tab too; returns what cancels it. */
  frame(run: () => void): () => void;
  /** Whether the page is hidden. */
  hidden(): boolean;
  /** Calls `run` when the page is shown again, comes back from the cache, or is online again. */
  onWake(run: () => void): () => void;
  /** Returns a number from 0 up to 1: the jitter of delays. */
  random(): number;
}

/** How often, and after how long, a failed request is sent again. */
export interface RetryOptions {
  /** Failures in a row, without any progress, after which the stream shows its error and rests. Default: no limit. */
  readonly attempts?: number;
  /** Milliseconds to wait after the second failure in a row; it doubles each time. The first is retried at once. Default: 500. */
  readonly baseMs?: number;
  /** The longest wait, in milliseconds. Default: 30,000. */
  readonly maxMs?: number;
}

/** How a client starts and reads streams. */
export interface Transports {
  readonly drive: Driver;
  readonly source: Source;
}

/**
 * Wraps a client's driver and source, so that the tabs of one browser feed each other. The
 * driver's text and the source's evidence go to the other tabs; while another tab drives, the
 * source follows it instead of the server. `tabs({ scope })` is one.
 */
export type TransportWrapper = (transports: Transports) => Transports;

/** What a stream is made with. */
export interface NewStreamOptions {
  /**
   * The application's own names on it, such as `chat:7`: 1 to 16 strings of 1 to 128 characters.
   * Default: none.
   */
  readonly tags?: readonly string[];
}

/** Options of one stream. */
export interface StreamOptions<Input = unknown> {
  /**
   * Whether this client starts the generation, at the first subscribe, if no other client has. Pass
   * it in the tab that sent the prompt; other tabs omit it. Default: false.
   */
  driven?: boolean;
  /**
   * Whether the drive makes the stream if it is not there, so that a question costs one request:
   * true, or the tags that it gets. Pass it beside `driven` (or call `start()`), with an id of
   * `newStreamId()`. Only a drive by the client's own `url` can make streams. Default: false.
   */
  create?: boolean | NewStreamOptions;
  /** What to generate from; it is sent as JSON. */
  input?: Input;
  /**
   * The body that is known already, from a server render or a database row. The stream goes on from
   * there; if it is terminal, nothing is sent. What the server's `streams.read()` returns is taken as
   * it is.
   */
  initial?: InitialBody | null;
}

/** A piece of a stream's text. */
export interface StreamDelta {
  readonly delta: string;
  /** Where it begins, in UTF-8 bytes of the text. */
  readonly offset: number;
}

/** One stream; all components of a client share it. */
export interface Stream {
  readonly id: string;
  /**
   * The body, as a nanostore (https://github.com/nanostores/nanostores). Listening to it is reading
   * the stream; `get()` alone sends nothing.
   */
  readonly $body: ReadableAtom<StreamBody> & { readonly value: StreamBody };
  /**
   * Reads the stream: calls `listener` now and at each change, at most once a frame.
   * @param listener receives the body
   * @returns what ends it
   */
  subscribe(listener: (body: StreamBody) => void): () => void;
  /** Returns the body of the last notification. Sends nothing. */
  snapshot(): StreamBody;
  /** Resolves with the terminal body; never rejects. To ask for it is to read the stream until then. */
  readonly finished: Promise<StreamBody>;
  /** Drives the stream now, if no client has yet. However often you call it, one request is sent. */
  start(): void;
  /**
   * Asks again now, if the stream rests with an error or waits before it asks again. A drive that
   * was refused for its credentials is sent again, if the stream is still pending.
   */
  retry(): void;
  /**
   * Reads the text piece by piece: all that is known at first, then what is new. To iterate is to
   * read the stream, as `subscribe` does.
   * @param options.signal ends the iteration: it throws the signal's reason
   * @returns the pieces; it ends at `done` and `stopped`
   * @throws {StreamError} while you iterate: the error of a stream that ends in `error`; the code
   *   `timeout` if it ends as that. An error that may pass does not end the iteration
   * @example
   * for await (const { delta } of stream.deltas()) process.stdout.write(delta);
   */
  deltas(options?: { readonly signal?: AbortSignal }): AsyncIterableIterator<StreamDelta>;
  /**
   * Cancels the generation, everywhere; the text so far stays. If the server refuses, the body's
   * `error` says why; if it cannot be reached, the stop is sent again until it is.
   * @returns a promise that resolves once the server has answered; it never rejects
   */
  stop(): Promise<void>;
}

/** What the streams of one client share. */
export interface StreamConfig extends Transports {
  /** What all their requests have in common. */
  readonly context: Omit<StreamRequest, "id" | "signal" | "alive">;
  readonly stop: Stop;
  readonly throttleMs?: number;
  readonly idleTimeoutMs: number;
  readonly retry?: RetryOptions;
}
