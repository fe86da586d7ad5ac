import type { Store } from "../options/store.ts";

/** Notices changes that others make to a stream (a stop, a deletion), from the watch's creation on. */
export class ControlWatch {
  readonly #watching: Promise<() => void>;
  #notice: (() => void) | undefined;
  // A change came before anyone listened.
  #missed = false;

  constructor(store: Store, id: string, onError: (error: unknown) => void) {
    this.#watching = store.watch(id, (change) => {
      if (change !== "control") return;
      if (this.#notice) this.#notice();
      else this.#missed = true;
    });
    // Until the store watches, a change may be missed: a listener that came before looks once.
    this.#watching.then(() => this.#notice?.(), onError);
  }

  /** Calls `notice` when a change has come, or may have come since the watch was created. */
  listen(notice: () => void): void {
    this.#notice = notice;
    if (this.#missed) notice();
  }

  /** Ends the watch. */
  end(): void {
    this.#notice = undefined;
    this.#watching.then(
      (unwatch) => unwatch(),
      () => {},
    );
  }
}
