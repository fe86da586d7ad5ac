import type { ReadableAtom } from "nanostores";
import type { StreamError } from "./errors.ts";
import type { StreamStatus } from "./protocol/status.ts";

/** What a reader sees: the text so far and where the stream stands. */
export interface StreamBody {
  readonly text: string;
  readonly status: StreamStatus;
  /** Why the stream is in `error`, or what the client is retrying after. */
  readonly error?: StreamError;
}

/**
 * What a source reports: the whole persisted body, or the part from a byte offset on.
 * `status` may be left out of a delta where it is not known yet. A terminal status says that
 * the text is complete with this update.
 */
export type StreamUpdate =
  | { readonly text: string; readonly status: StreamStatus; readonly error?: string }
  | {
      readonly delta: string;
      /** Where `delta` starts, in UTF-8 bytes of the text. */
      readonly offset: number;
      /** The UTF-8 bytes of `delta`, where the source knows them: saves counting. */
      readonly bytes?: number;
      readonly status?: StreamStatus;
      readonly error?: string;
    };

/** What every request for a stream is given, to drive or to follow. */
export interface StreamRequest {
  readonly id: string;
  /** Aborted when the reader leaves, or the client is done with this attempt. */
  readonly signal: AbortSignal;
  /** The client's `url`, where it has one, without a slash at its end. */
  readonly url?: string;
  /** The client's headers, asked anew at each call. */
  readonly headers: () => Promise<Headers>;
  readonly fetch: typeof globalThis.fetch;
  /** The client's clock and surroundings: use its timers, so that tests and hidden tabs work. */
  readonly platform: Platform;
  /**
   * Tells that bytes came in. From the first call on, silence for longer than the client's
   * `silence` (45 s) counts as a disconnect. A source that may rightly be silent never calls it, or
   * calls `alive(false)` where it expects nothing for now.
   */
  readonly alive: (expecting?: boolean) => void;
}

/** Where a source puts what it reads. */
export interface SourceSink {
  /** Something persisted, in any order, repeated or overlapping: the merge sorts it out. */
  next(update: StreamUpdate): void;
  /** This attempt failed; the client asks again after a delay, from its own offset, unless the error is fatal. */
  error(error: unknown): void;
  /** This attempt ended without a terminal status (a clean end is no evidence): the client asks again. */
  end(): void;
}

/** What a source is given for one attempt. */
export interface SourceRequest extends StreamRequest {
  /** How much of the text the reader has by now, in bytes: read from here on. */
  readonly offset: number;
}

/**
 * Where a follower's body comes from.
 * One call of `follow` is one attempt; retry, backoff and visibility are the client's.
 */
export interface Source {
  /** Reports what is persisted from `request.offset` on, until terminal, failed, ended or aborted. */
  follow(request: SourceRequest, sink: SourceSink): void;
  /** Asks once for what is missing and the status: evidence and probes. Left out where a source only pushes. */
  read?(request: SourceRequest): Promise<StreamUpdate>;
}

/** What a drive is given. */
export interface DriveRequest extends StreamRequest {
  /** What the stream was given as `input`. */
  readonly input: unknown;
}

/** Where a drive puts what it reads. Nothing here is evidence of a terminal status: the source has that. */
export interface DriveSink {
  /** The server has taken the request: this client drives. */
  open(): void;
  /** More of the text, in whole characters; `bytes` is its UTF-8 length, where known. */
  text(delta: string, bytes?: number): void;
  /** Somebody else drives already, or the text cannot be read here: the client follows. That is no error. */
  taken(): void;
  /** The drive failed or broke off; the client asks the source how things stand. */
  error(error: unknown): void;
  /** The response ended cleanly; the client asks for evidence. */
  end(): void;
}

/** How a generation is started, and its text read as it is generated. */
export interface Driver {
  drive(request: DriveRequest, sink: DriveSink): void;
  /**
   * The endpoint claims: a second request for the same stream is refused, so that one which
   * failed may be sent again once the source says that the stream is still pending.
   * Without it, nothing is ever sent twice. Default: false.
   */
  readonly claims?: boolean;
}

/** Cancels a generation, everywhere. Resolves once the server has taken it. */
export type Stop = (request: StreamRequest) => Promise<unknown>;

/** Turns the bytes of one response into text. Made anew for each response. */
export interface TextDecoding {
  /** The text in this chunk, which may be cut anywhere. Throws a StreamError for an error inside the response. */
  push(chunk: Uint8Array): string;
  /** The text that was still held, at a clean end of the response. */
  end(): string;
}

/** Makes a decoding for each response: `openai()`, `ndjson()` and the like are Decoders. */
export type Decoder = () => TextDecoding;

/** Time and surroundings, injected so that tests and other runtimes bring their own. */
export interface Platform {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` once at the next frame, in a hidden tab too; returns what cancels it. */
  frame(run: () => void): () => void;
  /** Whether nobody can see the page. */
  hidden(): boolean;
  /** Calls `run` when the page is shown again, comes back from the cache, or is online again. */
  onWake(run: () => void): () => void;
  /** From 0 up to 1: the jitter of delays. */
  random(): number;
}

/** How often, and after how long, a failed request is made again. */
export interface RetryOptions {
  /** Failures in a row, without any progress, after which the stream shows `error` and rests. Default: no limit. */
  readonly attempts?: number;
  /** The delay after the second failure in a row, in ms (the first is retried at once). It doubles each time. Default: 500. */
  readonly baseMs?: number;
  /** The longest delay, in ms. Default: 30,000. */
  readonly maxMs?: number;
}

/** How a client starts and reads streams. */
export interface Transports {
  readonly drive: Driver;
  readonly source: Source;
}

/**
 * Lets the tabs of one browser feed each other: wraps a client's drive and source. The drive's
 * text and the evidence that the source brings go to the siblings; while a sibling drives, the
 * source follows it instead of the server. `tabs({ scope })` is one.
 */
export type TransportWrapper = (transports: Transports) => Transports;

/** Options of one stream. */
export interface StreamOptions {
  /** Drive it, at the first subscribe: this client starts the generation, where nobody has. Default: false. */
  driven?: boolean;
  /** What the generation is given, as JSON. */
  input?: unknown;
  /**
   * The body as it is known already, from a server render or a database row. The stream goes on
   * from there; a terminal one sends nothing at all. `offset` is the bytes that `text` has, where
   * they were kept with it: it is checked.
   */
  initial?: StreamBody & { offset?: number };
}

/** One stream, as every component of a client sees it. */
export interface Stream {
  readonly id: string;
  /** The body, as a nanostore. Listening to it is reading the stream; `get()` alone sends nothing. */
  readonly $body: ReadableAtom<StreamBody> & { readonly value: StreamBody };
  /** Calls `listener` with the body now and on every change, at most once a frame. Returns the way out. */
  subscribe(listener: (body: StreamBody) => void): () => void;
  /** The body as it was last told. Sends nothing. */
  snapshot(): StreamBody;
  /**
   * Resolves with the terminal body; never rejects. Asking for it is reading the stream, until it
   * is terminal.
   */
  readonly finished: Promise<StreamBody>;
  /** Drives the stream now, where nobody has yet: one request, however often it is called. */
  start(): void;
  /**
   * Cancels the generation, everywhere; the text so far stays. Resolves once the server has
   * answered; never rejects. Where it refuses, the body's `error` says why; where it cannot be
   * reached, it is asked again until it is.
   */
  stop(): Promise<void>;
}
