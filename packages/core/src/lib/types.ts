import type { StreamError } from "./error.ts";
import type { StreamStatus } from "./status.ts";

/** What a reader sees: the text so far and where the stream stands. */
export interface StreamBody {
  readonly text: string;
  readonly status: StreamStatus;
  /** Why the stream is in `error`, or what the client is retrying after. */
  readonly error?: StreamError;
}

/**
 * What a source reports: the whole persisted body, or the part from a byte offset on.
 * `status` may be left out of a delta where it is not known yet.
 */
export type StreamUpdate =
  | { readonly text: string; readonly status: StreamStatus; readonly error?: string }
  | {
      readonly delta: string;
      /** Where `delta` starts, in UTF-8 bytes of the text. */
      readonly offset: number;
      readonly status?: StreamStatus;
      readonly error?: string;
    };

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
export interface SourceRequest {
  readonly id: string;
  /** How much of the text the reader has, in bytes: read from here on. */
  readonly offset: number;
  /** Aborted when the reader leaves, or the client wants another attempt. */
  readonly signal: AbortSignal;
  /** The client's headers, asked anew for each request. */
  readonly headers: () => Promise<Headers>;
  readonly fetch: typeof globalThis.fetch;
  /** The client's `url`, where it has one. */
  readonly url?: string;
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
