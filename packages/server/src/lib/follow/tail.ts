import { isTerminal } from "@twinstream/core/protocol";
import { NotFound } from "../errors.ts";
import type { Page, Store, StreamRecord } from "../options/store.ts";
import { PAGE_BYTES } from "../store/page.ts";
import { ByteWindow } from "../util/byte-window.ts";
import type { FairNotifier } from "./fair-notifier.ts";
import type { LiveText } from "./live-text.ts";

export interface TailOptions {
  readonly store: Store;
  /** Time between two looks at a followed stream without a wake-up, in ms: a producer that dies wakes nobody. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
  readonly notifier: FairNotifier;
  /** Called once when the tail is shut. */
  readonly onShut: () => void;
}

/** The stored text of one stream as it grows, read once for all its followers. */
export class Tail implements LiveText {
  /** Resolves once the tail follows. Rejects with `NotFound` if there is no such stream. */
  readonly opened: Promise<void>;
  window = new ByteWindow(0);
  record: StreamRecord = { status: "pending", length: 0, epoch: 0 };
  closed = false;
  #gone = false;
  readonly #id: string;
  readonly #options: TailOptions;
  readonly #readers = new Set<() => void>();
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #loading = false;
  // A wake-up came during a read, which may not have seen the change.
  #again = false;

  constructor(id: string, options: TailOptions) {
    this.#id = id;
    this.#options = options;
    this.opened = this.#open();
  }

  get end(): number {
    return this.window.end;
  }

  subscribe(changed: () => void): () => void {
    this.#readers.add(changed);
    return () => {
      this.#readers.delete(changed);
      this.#options.notifier.forget(changed);
    };
  }

  /**
   * Reads from memory.
   * @returns the text from byte `offset` on, and the record of the same moment; undefined if only
   * the store has them
   */
  page(offset: number): Page | undefined {
    const { start, end } = this.window;
    if (this.#gone || offset < start || offset > end) return undefined;
    return { ...this.record, bytes: this.window.slice(offset, end) };
  }

  async #open(): Promise<void> {
    const { store, pollMs } = this.#options;
    try {
      const unwatch = await store.watch(this.#id, () => void this.#load());
      if (this.closed) return unwatch();
      this.#unwatch = unwatch;
      const record = await store.status(this.#id);
      if (!record) throw new NotFound();
      if (this.closed) return;
      this.record = record;
      this.window = new ByteWindow(record.length);
      if (isTerminal(record.status)) return this.shut();
      this.#timer = setInterval(() => void this.#load(), pollMs);
      if (this.#again) void this.#load();
    } catch (error) {
      this.shut();
      throw error;
    }
  }

  async #load(): Promise<void> {
    if (this.closed) return;
    this.#again = true;
    if (this.#loading || !this.#timer) return;
    this.#loading = true;
    while (this.#again && !this.closed) {
      this.#again = false;
      try {
        const page = await this.#options.store.read(this.#id, this.window.end, PAGE_BYTES);
        if (this.closed) break;
        if (!page) {
          this.#gone = true;
          this.shut();
          break;
        }
        this.record = page;
        this.window.push(page.bytes);
        this.window.dropBefore(this.window.end - PAGE_BYTES);
        if (this.window.end < page.length) this.#again = page.bytes.length > 0;
        else if (isTerminal(page.status)) this.shut();
        if (!this.closed) this.#options.notifier.notify(this.#readers);
      } catch (error) {
        this.#options.onError(error);
      }
    }
    this.#loading = false;
  }

  /** Ends the tail: the stream is terminal or gone, or every follower has left. */
  shut(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.#timer);
    this.#unwatch?.();
    this.#options.onShut();
    this.#options.notifier.notify(this.#readers);
  }
}
