import type { ByteWindow } from "../util/byte-window.ts";

/** A growing text that readers follow: as it is generated (a driver's), or as it is stored (a tail). */
export interface LiveText {
  /** The recent bytes. Older ones are read from the store. */
  readonly window: ByteWindow;
  /** How far readers may read, in bytes. */
  readonly end: number;
  /** No more text will come. */
  readonly closed: boolean;
  /**
   * Calls `changed` whenever `end` or `closed` has changed.
   * @returns a function that ends the subscription
   */
  subscribe(changed: () => void): () => void;
}
