/** Bounds on memory and load, all with defaults. Bytes are those of UTF-8. */
export interface Limits {
  /** The largest body of a drive request, in bytes; a larger one is answered with 413. Default 1 MiB. */
  readonly inputBytes: number;
  /** The longest text, in bytes; a stream that exceeds it ends in `error`. Default 16 MiB. */
  readonly textBytes: number;
  /** The most text that may wait for the store, in bytes; a stream that exceeds it ends in `error`. Default 1 MiB. */
  readonly unflushedBytes: number;
  /** How much stored text is kept in memory for a driver that reads slowly, in bytes. Default 64 KiB. */
  readonly lagBytes: number;
  /** Generations at once in this process; over it, a drive is answered with 429 and the stream stays pending. Default 10,000. */
  readonly streams: number;
  /** Followers at once of one stream in this process; over it, a live read is answered with 429. Default 1000. */
  readonly followersPerStream: number;
  /** Followers at once in this process; over it, a live read is answered with 429. Default 10,000. */
  readonly followers: number;
}

/** How long streams are kept, in ms. */
export interface Retention {
  /** Time from a stream's end to its deletion. Default: about 300 years. */
  readonly keepMs: number;
  /** How long a stream may wait for its first drive before it reads as `timeout`. Default 10 minutes. */
  readonly pendingMs: number;
  /** Time between two sweeps of this process; 0 turns them off. Default a minute. */
  readonly sweepMs: number;
}
