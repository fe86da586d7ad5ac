import type { FlushPolicy } from "../../options/flush.ts";
import type { Limits } from "../../options/limits.ts";
import type { Store } from "../../options/store.ts";
import type { StreamEnd } from "../../options/stream-end.ts";
import { yieldIfBusy } from "../../util/event-loop.ts";
import { GenerationEnded } from "../generation-ended.ts";
import { BatchWriter } from "./batch-writer.ts";
import { GeneratedText } from "./generated-text.ts";
import { InputBuffer } from "./input-buffer.ts";
import { Lease } from "./lease.ts";

export interface ProducerOptions {
  readonly id: string;
  readonly store: Store;
  readonly policy: FlushPolicy;
  readonly leaseMs: number;
  readonly limits: Pick<Limits, "textBytes" | "unflushedBytes" | "lagBytes">;
  readonly onError: (error: unknown) => void;
}

const OVERFLOW: StreamEnd = { status: "error", error: "overflow" };

/**
 * The one writer of a claimed stream, a pipeline: input buffer → text, which the driver reads at
 * once → batch writer → lease → store. Each stage owns its state and calls `#advance` after it has
 * changed; `#advance` looks at all of them, and is the only place that moves anything on.
 */
export class Producer {
  readonly text: GeneratedText;
  /** Aborts if the generation should end: the stream was stopped or lost, or is full. */
  readonly signal: AbortSignal;
  /** Resolves once the stream's end is stored, or the stream is lost. Never rejects. */
  readonly finished: Promise<StreamEnd | "lost">;

  readonly #limits: ProducerOptions["limits"];
  readonly #input = new InputBuffer((now) => this.#advance(now));
  readonly #writer: BatchWriter;
  readonly #lease: Lease;
  readonly #abort = new AbortController();
  #finish!: (end: StreamEnd | "lost") => void;
  #closing = false;

  /**
   * @param token the claim's
   * @param claimedAt when the claim was begun, by `performance.now()`
   */
  constructor(options: ProducerOptions, token: string, claimedAt: number) {
    const { limits, policy } = options;
    this.#limits = limits;
    this.signal = this.#abort.signal;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const advance = () => this.#advance(performance.now());
    this.text = new GeneratedText(limits.textBytes);
    this.#lease = new Lease({ ...options, token, claimedAt, onChange: advance });
    this.#writer = new BatchWriter({
      policy,
      lagBytes: limits.lagBytes,
      window: this.text.window,
      lease: this.#lease,
      onWritten: advance,
    });
  }

  /**
   * Adds text.
   * @returns a promise to await in a loop that awaits nothing else, if the event loop needs a turn
   * or the store is behind; otherwise undefined
   * @throws GenerationEnded after the stream has ended
   */
  append(piece: string): Promise<void> | undefined {
    if (this.#closing || this.text.closed) {
      throw this.signal.aborted ? this.signal.reason : new GenerationEnded("closed");
    }
    const now = performance.now();
    this.#input.add(piece, now);
    // Far behind: let the store catch up, but not for long. One that never does ends the stream.
    if (this.#writer.unwritten > this.#limits.unflushedBytes / 2) return this.#writer.written();
    return yieldIfBusy(now);
  }

  /** Ends the stream: writes the tail and the status in one step. The first end that is given wins. */
  close(end: StreamEnd): Promise<StreamEnd | "lost"> {
    if (!this.#closing && !this.text.closed) {
      const now = performance.now();
      this.#closing = true;
      const cut = end.status !== "done";
      const from = this.text.window.end;
      const added = this.text.pushLast(this.#input.take(), cut);
      this.#writer.push(added, this.text.window.end - from, now);
      this.#writer.close(this.text.full && !cut ? OVERFLOW : end);
      this.#advance(now);
    }
    return this.finished;
  }

  /** Ends the stream, and aborts the generation for `reason`. */
  cancel(end: StreamEnd, reason: GenerationEnded["reason"]): Promise<StreamEnd | "lost"> {
    if (!this.#closing && !this.text.closed) this.#abort.abort(new GenerationEnded(reason));
    return this.close(end);
  }

  /** Renews the lease, and learns of a stop. */
  renew(): Promise<void> {
    return this.#lease.renew();
  }

  /** Moves everything on that can be moved on. */
  #advance(now: number): void {
    if (this.text.closed) return;
    if (this.#writer.ended) this.text.show();
    const end = this.#lease.lost ? "lost" : this.#writer.ended;
    if (end) {
      this.#end(end);
      return;
    }
    if (this.#lease.stopRequested) void this.cancel({ status: "stopped" }, "stopped");
    this.#takeInput(now);
    if (this.#lease.isHeld(now)) this.text.show();
    else void this.renew();
    this.#writer.pump(now);
  }

  #takeInput(now: number): void {
    // The text that was unwritten before counts: one large piece is no sign of a slow store.
    const behind = this.#writer.unwritten > this.#limits.unflushedBytes;
    const from = this.text.window.end;
    const added = this.text.push(this.#input.take());
    if (added !== "") this.#writer.push(added, this.text.window.end - from, now);
    if (this.text.full || (behind && added !== "")) void this.cancel(OVERFLOW, "overflow");
  }

  #end(end: StreamEnd | "lost"): void {
    this.#lease.end();
    this.#writer.end();
    this.text.close();
    if (end === "lost" && !this.signal.aborted) this.#abort.abort(new GenerationEnded("lost"));
    this.#finish(end);
  }
}
