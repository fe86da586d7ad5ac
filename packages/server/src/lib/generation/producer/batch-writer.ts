import type { FlushPolicy } from "../../options/flush.ts";
import type { StreamEnd } from "../../options/stream-end.ts";
import type { ByteWindow } from "../../util/byte-window.ts";
import { createFlush, type Flush } from "./flush-policy.ts";
import type { Lease } from "./lease.ts";

export interface BatchWriterOptions {
  readonly policy: FlushPolicy;
  /** Stored text that is kept for a driver that lags, in bytes. */
  readonly lagBytes: number;
  /** The text's bytes. */
  readonly window: ByteWindow;
  /** Writes, and knows whether the stream may still be written. */
  readonly lease: Lease;
  /** A write was answered: look at `ended`, and at the lease. */
  readonly onWritten: () => void;
}

const MAX_WAIT_MS = 1000;

/** Writes a text to the store in batches, one write at a time, and its end with the last of them. */
export class BatchWriter {
  /** The stream's end, once it is stored. */
  ended: StreamEnd | undefined;
  readonly #options: BatchWriterOptions;
  readonly #flush: Flush;
  #stored = 0;
  #closing: StreamEnd | undefined;
  #busy = false;
  #over = false;
  // Appends that wait for the write under way.
  readonly #waiting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#flush = createFlush(options.policy);
  }

  /** Bytes that are neither written nor being written. */
  get unwritten(): number {
    return this.#flush.bytes;
  }

  /** Takes text whose bytes are in the window already. */
  push(text: string, bytes: number, now: number): void {
    this.#flush.push(text, bytes, now);
  }

  /** Takes the end. Nothing may be pushed after it: the next write is the last. */
  close(end: StreamEnd): void {
    this.#closing = end;
  }

  /** Writes what is due, or sets a timer for it. */
  pump(now: number): void {
    if (this.#busy || this.#over) return;
    const count = this.#closing ? this.#flush.bytes : this.#flush.due(now);
    if (count > 0 || this.#closing) void this.#write(count, now);
    else this.#wakeAt(this.#flush.wakeAt());
  }

  /** Resolves after the write under way, or after a second. */
  written(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, MAX_WAIT_MS);
      this.#waiting.add(done);
    });
  }

  /** Stops writing. */
  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  #wakeAt(at: number | undefined): void {
    if (at === undefined || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.pump(performance.now());
      },
      Math.max(1, Math.ceil(at - performance.now())),
    );
  }

  async #write(count: number, now: number): Promise<void> {
    const { lease, window, lagBytes, onWritten } = this.#options;
    this.#busy = true;
    this.#flush.taken(count, now);
    const offset = this.#stored;
    const close = this.#closing;
    const bytes = window.join(offset, offset + count);
    const written = await lease.append({ offset, bytes, close });
    this.#busy = false;
    for (const done of this.#waiting) done();
    if (this.#over) return;
    if (written) {
      this.#stored += count;
      window.dropBefore(this.#stored - lagBytes);
      this.ended = close;
    }
    onWritten();
  }
}
