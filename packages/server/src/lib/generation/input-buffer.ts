import { createTextNormalizer } from "../util/normalize-text.ts";
import { onSharedTick } from "../util/shared-tick.ts";

// So many UTF-16 units are taken in without waiting for the tick.
const MAX_FRESH = 16 * 1024;

/** Text as it is given, taken in once a tick, however many pieces it comes in. */
export class Intake {
  readonly #ready: (now: number) => void;
  readonly #text = createTextNormalizer();
  // Text that came since the last tick, as it came.
  #fresh = "";
  #ticking = false;

  /** `ready` is called where there is something to `take`. */
  constructor(ready: (now: number) => void) {
    this.#ready = ready;
  }

  /** Adds a piece. The first for a while is not made to wait. */
  add(piece: string, now: number): void {
    this.#fresh += piece;
    if (!this.#ticking) {
      this.#ticking = true;
      onSharedTick(this.#tick);
      this.#ready(now);
    } else if (this.#fresh.length > MAX_FRESH) {
      this.#ready(now);
    }
  }

  /** What was added since the last time, fit to be given offsets. */
  take(): string {
    if (this.#fresh === "") return "";
    const text = this.#text.push(this.#fresh);
    this.#fresh = "";
    return text;
  }

  /** The rest, as nothing follows; a text that was `cut` off keeps no half of a character. */
  end(cut: boolean): string {
    return this.take() + this.#text.end(cut);
  }

  /** Forgets what was added. */
  drop(): void {
    this.#fresh = "";
  }

  readonly #tick = (): void => {
    this.#ticking = this.#fresh !== "";
    if (!this.#ticking) return;
    onSharedTick(this.#tick);
    this.#ready(performance.now());
  };
}
