import type { Live } from "../http/text-stream.ts";
import type { FlushPolicy } from "../options/flush.ts";
import type { Limits } from "../options/limits.ts";
import type { LeaseResult, Store } from "../options/store.ts";
import type { StreamEnd } from "../options/stream-end.ts";
import { ByteWindow } from "../util/byte-window.ts";
import { yieldIfBusy } from "../util/event-loop.ts";
import { characterBoundary } from "../util/utf8.ts";
import { Writer } from "./batch-writer.ts";
import { GenerationEnded } from "./generation-ended.ts";
import { Intake } from "./input-buffer.ts";
import { Lease } from "./lease.ts";

export interface ProducerOptions {
  readonly id: string;
  readonly store: Store;
  readonly policy: FlushPolicy;
  readonly leaseMs: number;
  readonly limits: Limits;
  readonly onError: (error: unknown) => void;
}

const OVERFLOW: StreamEnd = { status: "error", error: "overflow" };
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The one writer of a claimed stream: takes text, lets the driver read it at once, and has it
 * written to the store. It holds the lease while it lives.
 */
export class Producer implements Live {
  readonly window = new ByteWindow(0);
  readonly signal: AbortSignal;
  /** Resolves when the stream's end is stored, or the stream is lost. Never rejects. */
  readonly finished: Promise<StreamEnd | "lost">;
  closed = false;

  readonly #limits: Limits;
  readonly #intake = new Intake((now) => this.#advance(now));
  readonly #writer: Writer;
  readonly #lease: Lease;
  readonly #abort = new AbortController();
  readonly #readers = new Set<() => void>();
  #finish!: (outcome: StreamEnd | "lost") => void;
  #closing = false;
  // How far the driver may read: all that is generated, as long as the lease is known to be held.
  #shown = 0;

  constructor(options: ProducerOptions, epoch: number, claimedAt: number) {
    const { limits } = options;
    this.#limits = limits;
    this.signal = this.#abort.signal;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const lost = () => this.#end("lost");
    this.#lease = new Lease({
      ...options,
      epoch,
      since: claimedAt,
      // A write under way may be the one that ended the stream: its own answer says.
      renewed: (hold, begun) => {
        if (hold.state === "ok" || !this.#writer.busy) this.#held(hold, begun);
      },
      overdue: lost,
    });
    this.#writer = new Writer({
      ...options,
      epoch,
      lagBytes: limits.lagBytes,
      window: this.window,
      answered: (hold, begun) => this.#held(hold, begun),
      tooLate: (now) => this.#lease.isOverdue(now),
      closed: (close) => {
        this.#show();
        this.#end(close);
      },
      lost,
    });
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
    this.#intake.add(piece, now);
    // Far behind: let the store catch up, but not for long. One that never does ends the stream.
    if (this.#writer.unwritten > this.#limits.unflushedBytes / 2) return this.#writer.written();
    return yieldIfBusy(now);
  }

  /** Ends the stream: writes the tail and the status in one step. What came first wins. */
  close(close: StreamEnd): Promise<StreamEnd | "lost"> {
    if (!this.#closing && !this.closed) {
      const now = performance.now();
      this.#closing = true;
      const whole = this.#push(this.#intake.end(close.status !== "done"), now);
      this.#writer.close(whole || close.status !== "done" ? close : OVERFLOW);
      this.#advance(now);
    }
    return this.finished;
  }

  /** Ends the stream and tells the generation. */
  cancel(close: StreamEnd, reason: GenerationEnded["reason"]): Promise<StreamEnd | "lost"> {
    if (!this.#closing && !this.closed) this.#abort.abort(new GenerationEnded(reason));
    return this.close(close);
  }

  /** Renews the lease, and learns of a stop. */
  async renew(): Promise<void> {
    if (!this.closed) await this.#lease.renew();
  }

  /** Takes in, shows and writes what can be. */
  #advance(now: number): void {
    if (this.closed) return;
    // What was unwritten before counts: one large piece is no sign of a slow store.
    const behind = this.#writer.unwritten > this.#limits.unflushedBytes;
    const text = this.#intake.take();
    const whole = this.#push(text, now);
    if (!whole || (behind && text !== "")) void this.cancel(OVERFLOW, "overflow");
    if (this.#lease.isHeld(now)) this.#show();
    else void this.renew();
    this.#writer.pump(now);
  }

  /** Adds to the text; false where that is full. */
  #push(text: string, now: number): boolean {
    if (text === "") return true;
    const room = this.#limits.textBytes - this.window.end;
    const all = encoder.encode(text);
    const bytes = all.length <= room ? all : all.subarray(0, characterBoundary(all, room));
    this.window.push(bytes);
    this.#writer.push(bytes === all ? text : decoder.decode(bytes), bytes.length, now);
    return bytes === all;
  }

  #show(): void {
    if (this.#shown === this.window.end) return;
    this.#shown = this.window.end;
    this.#tell();
  }

  #tell(): void {
    for (const reader of this.#readers) reader();
  }

  /** Takes in what the store said of the lease. */
  #held(hold: LeaseResult, begun: number): void {
    if (this.closed) return;
    if (hold.state !== "ok") {
      this.#end("lost");
      return;
    }
    this.#lease.held(begun);
    if (hold.stopRequested) void this.cancel({ status: "stopped" }, "stopped");
    this.#advance(performance.now());
  }

  #end(outcome: StreamEnd | "lost"): void {
    if (this.closed) return;
    this.closed = true;
    this.#intake.drop();
    this.#lease.end();
    this.#writer.end();
    if (outcome === "lost" && !this.signal.aborted) this.#abort.abort(new GenerationEnded("lost"));
    this.#tell();
    this.#finish(outcome);
  }
}
