import type { LeaseResult, Store, StoreAppend } from "../../options/store.ts";
import { retry } from "../../util/retry.ts";
import { STORE_BACKOFF } from "../store-backoff.ts";

export interface LeaseOptions {
  readonly id: string;
  readonly store: Store;
  readonly token: string;
  readonly leaseMs: number;
  /** When the claim was begun, by `performance.now()`. */
  readonly claimedAt: number;
  /** A renewal was answered, or the lease is lost: look at `lost` and `stopRequested`. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * A producer's lease on its stream. Every step that needs the lease goes through here: it is renewed
 * by each append and by a heartbeat, and known by what the store has answered.
 */
export class Lease {
  /** Whether the stream is no longer this producer's. */
  lost = false;
  /** Whether a stop was requested. */
  stopRequested = false;
  readonly #options: LeaseOptions;
  readonly #heartbeat: ReturnType<typeof setInterval>;
  // When the last step that the store agreed to was begun: the lease lasts from then at least.
  #heldAt: number;
  #renewing = false;
  #appending = false;
  #over = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#heldAt = options.claimedAt;
    this.#heartbeat = setInterval(() => {
      if (!this.#isOverdue(performance.now())) return void this.renew();
      this.lost = true;
      options.onChange();
    }, options.leaseMs / 3);
  }

  /** Whether the stream is this producer's for certain. */
  isHeld(now: number): boolean {
    return now - this.#heldAt < this.#options.leaseMs;
  }

  /** Renews the lease, and learns of a stop. */
  async renew(): Promise<void> {
    if (this.#renewing || this.#over) return;
    this.#renewing = true;
    const { id, store, token, leaseMs, onChange, onError } = this.#options;
    const begun = performance.now();
    try {
      const result = await store.renew(id, token, leaseMs);
      // An append under way may be the one that ended the stream: its own answer decides.
      if (this.#over || (result.state !== "ok" && this.#appending)) return;
      this.#take(result, begun);
      onChange();
    } catch (error) {
      onError(error);
    } finally {
      this.#renewing = false;
    }
  }

  /**
   * Appends to the stream. Tries until the store answers, or has stayed away for longer than the
   * lease could have lasted.
   * @returns whether it was written; if not, the lease is lost
   */
  async append(batch: Pick<StoreAppend, "offset" | "bytes" | "close">): Promise<boolean> {
    const { id, store, token, leaseMs, onError } = this.#options;
    const append = { ...batch, token, leaseMs };
    this.#appending = true;
    try {
      await retry(async (begun) => this.#take(await store.append(id, append), begun), {
        ...STORE_BACKOFF,
        again: (error, begun) => {
          onError(error);
          return !this.#over && !this.#isOverdue(begun);
        },
      });
    } catch {
      // Reported above, each time.
      this.lost = true;
    }
    this.#appending = false;
    return !this.lost;
  }

  /** Ends the heartbeat: the stream has ended, or is lost. */
  end(): void {
    this.#over = true;
    clearInterval(this.#heartbeat);
  }

  #take(result: LeaseResult, begun: number): void {
    if (result.state !== "ok") {
      this.lost = true;
      return;
    }
    this.#heldAt = Math.max(this.#heldAt, begun);
    this.stopRequested ||= result.stopRequested;
  }

  /** Whether the store has stayed away for longer than the lease could have lasted. */
  #isOverdue(now: number): boolean {
    return now - this.#heldAt > 2 * this.#options.leaseMs;
  }
}
