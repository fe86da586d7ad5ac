/** When text is written to the store: as soon as one of these conditions holds. */
export interface FlushPolicy {
  /** Where a write should end. Sentences are those of any script, by `Intl.Segmenter`. Default `sentence`. */
  readonly boundary: "sentence" | "paragraph" | "line" | "none";
  /** Unwritten text of this many UTF-8 bytes is written even if no boundary is reached. Default 1024. */
  readonly maxBytes: number;
  /** The longest time that text waits for a boundary, in ms. Default 250. */
  readonly maxDelayMs: number;
  /**
   * The longest time, in ms, that a write in a text of over 4 KB waits for 200 bytes: the framing of
   * a write costs each follower the same, however short the write is. Default 1000, or `maxDelayMs`
   * if you give that. A value up to `maxDelayMs` turns this waiting off.
   */
  readonly longDelayMs?: number;
}

/** The flush policy if you set none. */
export const DEFAULT_FLUSH: FlushPolicy = {
  boundary: "sentence",
  maxBytes: 1024,
  maxDelayMs: 250,
  longDelayMs: 1000,
};
