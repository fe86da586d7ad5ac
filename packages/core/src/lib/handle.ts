import type { ReadableAtom } from "nanostores";
import type { DriveState } from "./machine/machine.ts";
import type { Driver, Platform, RetryOptions, Source, Stop, StreamBody } from "./types.ts";

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

/** What the streams of one client share. */
export interface StreamConfig {
  readonly url?: string;
  readonly drive: Driver;
  readonly source: Source;
  readonly stop: Stop;
  readonly headers: () => Promise<Headers>;
  readonly fetch: typeof globalThis.fetch;
  readonly platform: Platform;
  readonly throttle?: "frame" | number;
  readonly silence: number;
  readonly retry?: RetryOptions;
}

/** What a page's components want of one stream; the client keeps it up to date. */
export interface Wishes {
  driven?: boolean;
  input?: unknown;
  /** There where its last reader has left, and nobody has asked for it since: how its drive stands. */
  left?: () => DriveState;
}

/** A stream, as its client keeps it. */
export interface Handle extends Stream {
  readonly wishes: Wishes;
}
