import type { StreamError } from "../errors.ts";
import type { StreamStatus } from "../protocol/status.ts";

/**
 * Why a stream ended as it did, beside its status.
 * - of `done`: `length` (the model's limit of tokens cut the answer)
 * - of `error`: `content_filter`, `refusal`
 * - of `timeout`: `undriven` (nobody claimed it in time), `crash` (its producer is gone), `deploy`
 *   (its server was closed), `limit` (it took too long), `attempts` (it was tried too often)
 * - of `stopped`: `deleted`
 */
export type StreamReason =
  | "length"
  | "content_filter"
  | "refusal"
  | "undriven"
  | "crash"
  | "deploy"
  | "limit"
  | "attempts"
  | "deleted"
  // Another word, of an application's own backend.
  | (string & {});

/** What a reader sees: the text so far and where the stream stands. */
export interface StreamBody {
  readonly text: string;
  readonly status: StreamStatus;
  /** Why the stream is in `error`, or, beside another status, why the client rests or is retrying. */
  readonly error?: StreamError;
  /** Why it ended so, if the server said it. */
  readonly reason?: StreamReason;
}

/** A body that is known already: another reader's `StreamBody`, or what the server's `streams.read()` returns. */
export interface InitialBody {
  readonly text: string;
  readonly status: StreamStatus;
  /** The error of an end in `error`: its code, or a StreamError. */
  readonly error?: StreamError | string | null;
  /** What the error says, if `error` is its code. */
  readonly errorMessage?: string | null;
  readonly reason?: StreamReason | null;
  /** The length of `text` in UTF-8 bytes. It is checked. */
  readonly offset?: number | null;
}

/**
 * What a source reports: the whole persisted body, or the part from a byte offset on.
 * A delta may omit `status` if it is not known yet. A terminal status says that the text is
 * complete with this update.
 */
export type StreamUpdate = StreamEndFields &
  (
    | { readonly text: string; readonly status: StreamStatus }
    | {
        readonly delta: string;
        /** Where `delta` starts, in UTF-8 bytes of the text. */
        readonly offset: number;
        /** The number of UTF-8 bytes of `delta`, if the source knows it. Default: they are counted. */
        readonly bytes?: number;
        readonly status?: StreamStatus;
      }
  );

/** What an update says of the stream's end, beside its status. */
export interface StreamEndFields {
  /** With the status `error`: a short code. */
  readonly error?: string | null;
  /** What that error says to people. Default: words that name the code. */
  readonly errorMessage?: string | null;
  /** Why it ended so. */
  readonly reason?: StreamReason | null;
}
