import type { StreamStatus } from "@twinstream/core/protocol";
import type { StreamEnd } from "./stream-end.ts";

/** A stream as a store knows it. Times are those of the store's own clock: servers' clocks may differ. */
export interface StreamRecord extends Omit<StreamEnd, "status"> {
  /**
   * The status as of now: a lease that ran out reads as `timeout` for the reason `crash` (as
   * `stopped` if a stop was requested), and a pending stream that nobody claimed in time as `timeout`
   * for the reason `undriven`, whether or not anything has swept yet.
   */
  readonly status: StreamStatus;
  /** The stored text's length, in UTF-8 bytes. */
  readonly length: number;
  /** How many producers it has had: 0 before its claim. */
  readonly epoch: number;
  /** The application's names for it. */
  readonly tags?: readonly string[];
}

/** A stream that is made. */
export interface NewStream {
  /** The application's names for it. */
  readonly tags?: readonly string[];
}

/** How a stream is claimed. */
export interface StoreClaim {
  /** The producer's own random word. */
  readonly token: string;
  readonly leaseMs: number;
  /** If given, a stream that is not there is made in the same step, unless it was deleted. */
  readonly create?: NewStream;
}

/** A stream's text and record, read at the same moment. */
export interface StreamSnapshot extends StreamRecord {
  readonly text: string;
}

/** The result of a claim. */
export type ClaimResult =
  | { readonly claimed: true; readonly epoch: number; readonly tags?: readonly string[] }
  | { readonly claimed: false; readonly record: StreamRecord };

/**
 * The result of an append or a renewal.
 * - `ok`: done; `stopRequested` asks the producer to flush its tail and to close as `stopped`
 * - `lost`: the lease is no longer the caller's, or the stream is terminal: nothing was written
 * - `gone`: the stream was deleted
 */
export type LeaseResult =
  | { readonly state: "ok"; readonly stopRequested: boolean }
  | { readonly state: "lost" }
  | { readonly state: "gone" };

/**
 * Where streams are kept. Each method is one atomic step, safe to call from any number of
 * processes at once; every store passes the same contract suite (`test/store/contract.ts`).
 */
export interface Store {
  /**
   * Creates a pending stream; false if the id is taken. Unclaimed, it reads as `timeout` after
   * `pendingMs`. That a stream of this id was deleted before is forgotten.
   */
  create(id: string, stream: NewStream & { readonly pendingMs: number }): Promise<boolean>;
  /**
   * pending → streaming, for one caller only, with a lease of `leaseMs`; undefined if there is no such
   * stream, or (with `create`) if it was deleted. A claim whose answer was lost, and that is repeated
   * with its token, is claimed again.
   */
  claim(id: string, claim: StoreClaim): Promise<ClaimResult | undefined>;
  /**
   * Appends whole characters at byte `offset`, renews the lease, and with `close` ends the stream
   * in the same transaction. Checks token, lease and offset: a producer that lost them writes nothing.
   * An append that had been carried out before (its answer was lost) is `ok` again, once.
   */
  append(id: string, append: StoreAppend): Promise<LeaseResult>;
  /** Renews the lease, and reports whether a stop was requested. */
  renew(id: string, token: string, leaseMs: number): Promise<LeaseResult>;
  /** The record and the text from byte `offset` on, at most `maxBytes`, cut on characters; one consistent view. */
  read(id: string, offset: number, maxBytes: number): Promise<Page | undefined>;
  /** The record; undefined if there is no such stream. */
  status(id: string): Promise<StreamRecord | undefined>;
  /**
   * Requests the end: a pending stream is `stopped` at once, a streaming one when its producer has
   * flushed its tail (or its lease ran out), a terminal one stays as it is.
   */
  stop(id: string): Promise<StreamRecord | undefined>;
  /** Deletes the stream; false if there was none. The store knows for `TOMBSTONE_MS` that it did. */
  delete(id: string): Promise<boolean>;
  /** Whether there was a stream of this id that was deleted, by `delete` or a sweep, not long ago. */
  isDeleted(id: string): Promise<boolean>;
  /**
   * Makes run-out leases final, and deletes terminal streams that ended `retainMs` ago or longer
   * (a finite number; `Number.MAX_SAFE_INTEGER` keeps all). Returns how many it touched.
   */
  sweep(retainMs: number): Promise<number>;
  /**
   * Calls `wake` after each change of the stream (claim, append, close, stop, delete), made by any
   * process. Resolves once changes are seen: a read after that misses none. `wake` may be called too
   * often, never too seldom. The change is `text` if only the stream's producer can have made it, and
   * `control` for all else (stop, delete, a connection that came back): the producer answers a
   * `control` with a `renew`, and ignores `text`. Watches of one stream share one subscription.
   */
  watch(id: string, wake: (change: Change) => void): Promise<() => void>;
  /** Ends watches, timers and connections that the store made itself; never the caller's own client. */
  close(): Promise<void>;
}

/**
 * How long a store knows that it deleted a stream, in ms: a day. A drive that creates its stream, and
 * is sent again after the deletion, must not generate it again.
 */
export const TOMBSTONE_MS = 24 * 60 * 60_000;

/** What woke a watch. */
export type Change = "text" | "control";

/** One flush: the bytes, where they begin, and perhaps the end of the stream. */
export interface StoreAppend {
  readonly token: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly leaseMs: number;
  readonly close?: StreamEnd;
}

/** The result of a read: the record and the bytes from an offset on. */
export interface Page extends StreamRecord {
  readonly bytes: Uint8Array;
}
