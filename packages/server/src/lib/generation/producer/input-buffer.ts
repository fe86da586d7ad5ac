import { onSharedTick } from "../../util/shared-tick.ts";

// This many UTF-16 units are passed on without waiting for the tick.
const MAX_WAITING = 16 * 1024;

/** Collects the pieces that a generation appends, and passes them on once a tick. */
export class InputBuffer {
  readonly #onReady: (now: number) => void;
  // The pieces since the last tick, as they came.
  #text = "";
  #ticking = false;

  /** @param onReady called if there is something to `take` */
  constructor(onReady: (now: number) => void) {
    this.#onReady = onReady;
  }

  /** Adds a piece. The first one after a pause does not wait. */
  add(piece: string, now: number): void {
    this.#text += piece;
    if (!this.#ticking) {
      this.#ticking = true;
      onSharedTick(this.#tick);
      this.#onReady(now);
    } else if (this.#text.length > MAX_WAITING) {
      this.#onReady(now);
    }
  }

  /** Removes and returns what was added since the last time. */
  take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }

  readonly #tick = (): void => {
    this.#ticking = this.#text !== "";
    if (!this.#ticking) return;
    onSharedTick(this.#tick);
    this.#onReady(performance.now());
  };
}
