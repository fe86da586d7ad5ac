import type { TerminalStatus } from "@twinstream/core/protocol";
import { breath } from "./breath.ts";
import { createFlush, type Flush, type FlushPolicy } from "./flush.ts";
import type { Live } from "./live.ts";
import type { Append, Close, Hold, Store } from "./store.ts";
import { type Normalizer, normalizer } from "./text.ts";
import { onTick } from "./ticker.ts";
import { ByteWindow } from "./window.ts";

/** Bounds of one generation, in bytes. */
export interface ProducerLimits {
  /** Text that was generated and is not stored yet. */
  readonly unflushedBytes: number;
  /** The whole text. */
  readonly textBytes: number;
  /** Stored text that is kept for a driver that lags. */
  readonly lagBytes: number;
}

export interface ProducerOptions {
  readonly id: string;
  readonly store: Store;
  readonly policy: FlushPolicy;
  readonly leaseMs: number;
  readonly limits: ProducerLimits;
  readonly onError: (error: unknown) => void;
}

/** Why `append` refuses and `signal` is aborted. */
export class GenerationEnded extends Error {
  override readonly name = "AbortError";
  readonly reason: "stopped" | "lost" | "overflow" | "closed";

  constructor(reason: GenerationEnded["reason"]) {
    super(
      {
        stopped: "The stream was stopped: end the generation.",
        lost: "The stream is no longer this server's (its lease ran out, or it was deleted): end the generation.",
        overflow:
          "The text is over its limit, or the store is too slow: the stream ended in error.",
        closed: "The stream has ended: nothing can be appended to it.",
      }[reason],
    );
    this.reason = reason;
  }
}

/** How a generation ended: the terminal status that was stored, or that the stream was lost to this server. */
export type Outcome = { readonly status: TerminalStatus; readonly error?: string } | "lost";

const encoder = new TextEncoder();
const RETRY_MS = 50;
const MAX_RETRY_MS = 1000;
const MAX_WAIT_MS = 1000;
// So many UTF-16 units are taken in without waiting for the tick.
const MAX_FRESH = 16 * 1024;

/**
 * The one writer of a claimed stream: takes text, lets the driver read it at once, and writes it
 * to the store in batches, one write at a time. It renews the lease while it lives.
 */
export class Producer implements Live {
  readonly window = new ByteWindow(0);
  readonly signal: AbortSignal;
  /** Resolves when the stream's end is stored, or the stream is lost. Never rejects. */
  readonly finished: Promise<Outcome>;
  closed = false;

  readonly #options: ProducerOptions;
  readonly #epoch: number;
  readonly #text: Normalizer = normalizer();
  readonly #flush: Flush;
  readonly #abort = new AbortController();
  readonly #readers = new Set<() => void>();
  #finish!: (outcome: Outcome) => void;
  // Text that came since the last tick, as it came.
  #fresh = "";
  #ticking = false;
  // How far the driver may read: all that is generated, as long as the lease is known to be held.
  #shown = 0;
  #stored = 0;
  #closing: Close | undefined;
  #busy = false;
  // Appends that wait for the write under way.
  readonly #waiting = new Set<() => void>();
  #renewing = false;
  // When the last step that the store agreed to was begun: the lease lasts from then at least.
  #heldAt = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  readonly #heartbeat: ReturnType<typeof setInterval>;

  constructor(options: ProducerOptions, epoch: number, claimedAt: number) {
    this.#options = options;
    this.#epoch = epoch;
    this.#heldAt = claimedAt;
    this.#flush = createFlush(options.policy);
    this.signal = this.#abort.signal;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#heartbeat = setInterval(() => {
      // A store that has not answered for so long has long let the lease run out.
      if (this.#overdue(performance.now())) this.#end("lost");
      else void this.renew();
    }, options.leaseMs / 3);
  }

  get end(): number {
    return this.#shown;
  }

  subscribe(changed: () => void): () => void {
    this.#readers.add(changed);
    return () => this.#readers.delete(changed);
  }

  /**
   * Adds text. Returns a promise, to be awaited in a loop that waits for nothing else, where the
   * event loop needs a turn. Throws a `GenerationEnded` once the stream has ended.
   */
  append(piece: string): Promise<void> | undefined {
    if (this.#closing || this.closed) {
      throw this.signal.aborted ? this.signal.reason : new GenerationEnded("closed");
    }
    const now = performance.now();
    this.#fresh += piece;
    if (!this.#ticking) {
      this.#ticking = true;
      onTick(this.#tick);
      this.#advance(now);
    } else if (this.#fresh.length > MAX_FRESH) {
      this.#advance(now);
    }
    // Far behind: let the store catch up, but not for long. One that never does ends the stream.
    if (this.#flush.bytes > this.#options.limits.unflushedBytes / 2) return this.#written();
    return breath(now);
  }

  /** Ends the stream: writes the tail and the status in one step. What came first wins. */
  close(close: Close): Promise<Outcome> {
    if (!this.#closing && !this.closed) {
      const now = performance.now();
      this.#closing = close;
      this.#seal(now);
      this.#push(this.#text.end(close.status !== "done"), now);
      this.#advance(now);
    }
    return this.finished;
  }

  /** Ends the stream and tells the generation. */
  cancel(close: Close, reason: GenerationEnded["reason"]): Promise<Outcome> {
    if (!this.#closing && !this.closed) this.#abort.abort(new GenerationEnded(reason));
    return this.close(close);
  }

  /** Renews the lease, and learns of a stop. */
  async renew(): Promise<void> {
    if (this.#renewing || this.closed) return;
    this.#renewing = true;
    const { id, store, leaseMs, onError } = this.#options;
    const begun = performance.now();
    try {
      const hold = await store.renew(id, this.#epoch, leaseMs);
      // A write under way may be the one that ended the stream: its own answer says.
      if (hold.state === "ok" || !this.#busy) this.#held(hold, begun);
    } catch (error) {
      onError(error);
    } finally {
      this.#renewing = false;
    }
  }

  // What came within a tick of the last text is taken in together. The first of it is not made to wait.
  readonly #tick = (): void => {
    this.#ticking = this.#fresh !== "" && !this.closed;
    if (!this.#ticking) return;
    onTick(this.#tick);
    this.#advance(performance.now());
  };

  #seal(now: number): void {
    if (this.#fresh === "") return;
    const text = this.#text.push(this.#fresh);
    this.#fresh = "";
    this.#push(text, now);
  }

  #push(text: string, now: number): void {
    if (text === "") return;
    const { limits } = this.#options;
    // What was unwritten before counts: one large piece is no sign of a slow store.
    const behind = this.#flush.bytes > limits.unflushedBytes;
    const bytes = encoder.encode(text);
    this.window.push(bytes);
    this.#flush.push(text, bytes.length, now);
    if (behind || this.window.end > limits.textBytes) {
      void this.cancel({ status: "error", error: "overflow" }, "overflow");
    }
  }

  /** Resolves after the write under way, or after a second. */
  #written(): Promise<void> {
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

  #writeEnded(): void {
    this.#busy = false;
    for (const done of this.#waiting) done();
  }

  /** Shows and writes what can be. */
  #advance(now: number): void {
    if (this.closed) return;
    this.#seal(now);
    if (now - this.#heldAt < this.#options.leaseMs) this.#show();
    else void this.renew();
    this.#pump(now);
  }

  #show(): void {
    if (this.#shown === this.window.end) return;
    this.#shown = this.window.end;
    this.#tell();
  }

  #tell(): void {
    for (const reader of this.#readers) reader();
  }

  #pump(now: number): void {
    if (this.#busy || this.closed) return;
    const count = this.#closing ? this.#flush.bytes : this.#flush.due(now);
    if (count > 0 || this.#closing) void this.#write(count, now);
    else this.#wakeAt(this.#flush.wakeAt());
  }

  #wakeAt(at: number | undefined): void {
    if (at === undefined || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.#pump(performance.now());
      },
      Math.max(1, Math.ceil(at - performance.now())),
    );
  }

  async #write(count: number, now: number): Promise<void> {
    this.#busy = true;
    this.#flush.taken(count, now);
    const append: Append = {
      epoch: this.#epoch,
      offset: this.#stored,
      bytes: this.window.join(this.#stored, this.#stored + count),
      leaseMs: this.#options.leaseMs,
      close: this.#closing,
    };
    const hold = await this.#persist(append);
    this.#writeEnded();
    if (this.closed) return;
    if (hold?.state !== "ok") return this.#end("lost");
    this.#stored += count;
    this.window.dropBefore(this.#stored - this.#options.limits.lagBytes);
    if (append.close) {
      this.#show();
      this.#end(append.close);
    } else {
      this.#pump(performance.now());
    }
  }

  /** Writes until the store answers; undefined where it stayed away for longer than the lease could have lasted. */
  async #persist(append: Append): Promise<Hold | undefined> {
    const { id, store, onError } = this.#options;
    for (let delay = RETRY_MS; ; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
      const begun = performance.now();
      try {
        const hold = await store.append(id, append);
        this.#held(hold, begun);
        return hold;
      } catch (error) {
        onError(error);
        if (this.closed || this.#overdue(begun)) return undefined;
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }

  #overdue(now: number): boolean {
    return now - this.#heldAt > 2 * this.#options.leaseMs;
  }

  /** Takes in what the store said of the lease. */
  #held(hold: Hold, begun: number): void {
    if (this.closed) return;
    if (hold.state !== "ok") {
      this.#end("lost");
      return;
    }
    this.#heldAt = Math.max(this.#heldAt, begun);
    if (hold.stopRequested && !this.#closing) void this.cancel({ status: "stopped" }, "stopped");
    this.#advance(performance.now());
  }

  #end(outcome: Outcome): void {
    this.closed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    if (outcome === "lost" && !this.signal.aborted) this.#abort.abort(new GenerationEnded("lost"));
    this.#tell();
    this.#finish(outcome);
  }
}
