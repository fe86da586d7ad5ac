import type { LeaseResult, Store } from "../options/store.ts";

export interface LeaseOptions {
  readonly id: string;
  readonly store: Store;
  readonly epoch: number;
  readonly leaseMs: number;
  /** When the step that took the lease was begun. */
  readonly since: number;
  /** A renewal was answered. */
  readonly renewed: (hold: LeaseResult, begun: number) => void;
  /** The store has not answered for so long that the lease has long run out. */
  readonly overdue: () => void;
  readonly onError: (error: unknown) => void;
}

/** A producer's hold on its stream: renewed while it lives, and known by what the store has answered. */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #heartbeat: ReturnType<typeof setInterval>;
  // When the last step that the store agreed to was begun: the lease lasts from then at least.
  #heldAt: number;
  #renewing = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#heldAt = options.since;
    this.#heartbeat = setInterval(() => {
      if (this.isOverdue(performance.now())) options.overdue();
      else void this.renew();
    }, options.leaseMs / 3);
  }

  /** Whether the stream is this producer's for certain. */
  isHeld(now: number): boolean {
    return now - this.#heldAt < this.#options.leaseMs;
  }

  /** Whether the store stayed away for longer than the lease could have lasted. */
  isOverdue(now: number): boolean {
    return now - this.#heldAt > 2 * this.#options.leaseMs;
  }

  /** The store agreed to a step that was begun at `begun`. */
  held(begun: number): void {
    this.#heldAt = Math.max(this.#heldAt, begun);
  }

  /** Renews it, and learns of a stop. */
  async renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    const { id, store, epoch, leaseMs, renewed, onError } = this.#options;
    const begun = performance.now();
    try {
      renewed(await store.renew(id, epoch, leaseMs), begun);
    } catch (error) {
      onError(error);
    } finally {
      this.#renewing = false;
    }
  }

  end(): void {
    clearInterval(this.#heartbeat);
  }
}
