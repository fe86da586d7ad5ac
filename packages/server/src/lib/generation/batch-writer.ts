import type { FlushPolicy } from "../options/flush.ts";
import type { LeaseResult, Store, StoreAppend } from "../options/store.ts";
import type { StreamEnd } from "../options/stream-end.ts";
import type { ByteWindow } from "../util/byte-window.ts";
import { createFlush, type Flush } from "./flush-policy.ts";

export interface WriterOptions {
  readonly id: string;
  readonly store: Store;
  readonly epoch: number;
  readonly leaseMs: number;
  readonly policy: FlushPolicy;
  /** Stored text that is kept for a driver that lags, in bytes. */
  readonly lagBytes: number;
  /** The text's bytes. */
  readonly window: ByteWindow;
  /** The store has answered a write. */
  readonly answered: (hold: LeaseResult, begun: number) => void;
  /** The stream's end was written. */
  readonly closed: (close: StreamEnd) => void;
  /** Whether a store that fails has done so for too long. */
  readonly tooLate: (now: number) => boolean;
  readonly lost: () => void;
  readonly onError: (error: unknown) => void;
}

const RETRY_MS = 50;
const MAX_RETRY_MS = 1000;
const MAX_WAIT_MS = 1000;

/** Writes a text to the store in batches, one write at a time, and its end with the last of them. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #flush: Flush;
  #stored = 0;
  #closing: StreamEnd | undefined;
  #busy = false;
  #over = false;
  // Appends that wait for the write under way.
  readonly #waiting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#flush = createFlush(options.policy);
  }

  /** Bytes that are neither written nor being written. */
  get unwritten(): number {
    return this.#flush.bytes;
  }

  /** Whether a write is under way. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Takes text whose bytes are in the window by now. */
  push(text: string, bytes: number, now: number): void {
    this.#flush.push(text, bytes, now);
  }

  /** From now on nothing is pushed any more: the next write is the last. */
  close(close: StreamEnd): void {
    this.#closing = close;
  }

  /** Writes what is due, or sees to it that it will be. */
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

  /** Nothing more is written. */
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
    const { epoch, leaseMs, window, lagBytes, closed, lost } = this.#options;
    this.#busy = true;
    this.#flush.taken(count, now);
    const append: StoreAppend = {
      epoch,
      offset: this.#stored,
      bytes: window.join(this.#stored, this.#stored + count),
      leaseMs,
      close: this.#closing,
    };
    const hold = await this.#persist(append);
    this.#busy = false;
    for (const done of this.#waiting) done();
    if (this.#over) return;
    if (hold?.state !== "ok") return lost();
    this.#stored += count;
    window.dropBefore(this.#stored - lagBytes);
    if (append.close) closed(append.close);
    else this.pump(performance.now());
  }

  /** Writes until the store answers; undefined where that takes too long. */
  async #persist(append: StoreAppend): Promise<LeaseResult | undefined> {
    const { id, store, answered, tooLate, onError } = this.#options;
    for (let delay = RETRY_MS; ; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
      const begun = performance.now();
      try {
        const hold = await store.append(id, append);
        answered(hold, begun);
        return hold;
      } catch (error) {
        onError(error);
        if (this.#over || tooLate(begun)) return undefined;
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }
}
