import { isTerminal } from "@twinstream/core/protocol";
import { HttpError, notFound } from "../http/http-error.ts";
import { type Live, PAGE_BYTES } from "../http/text-stream.ts";
import type { Limits } from "../options/limits.ts";
import type { Page, Store, StreamRecord } from "../options/store.ts";
import { ByteWindow } from "../util/byte-window.ts";
import { createTeller, type Teller } from "./fair-notifier.ts";
import type { Hub } from "./hub.ts";

export interface TailsOptions {
  readonly store: Store;
  readonly hub: Hub;
  readonly limits: Pick<Limits, "followers" | "followersPerStream">;
  /** How often a followed stream is looked at where nothing wakes it, in ms: a producer that dies tells nobody. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** The stored text of one stream as it grows, read once for all its followers. */
export interface Tail extends Live {
  readonly record: StreamRecord;
  /** The text from byte `offset` on and the record of the same moment; undefined where only the store knows. */
  page(offset: number): Page | undefined;
}

/** The tails of this process: one a stream, for as long as anyone follows it. */
export interface Tails {
  /** Joins the stream's tail; `leave` when done. Throws a 404 or 429. */
  join(id: string): Promise<{ tail: Tail; leave: () => void }>;
  /** Ends every tail: followers are sent away, and come back elsewhere. */
  close(): void;
  readonly followers: number;
}

export function createTails(options: TailsOptions): Tails {
  const tails = new Map<string, StoredTail>();
  const teller = createTeller();
  let followers = 0;

  return {
    get followers() {
      return followers;
    },
    async join(id) {
      const { limits } = options;
      const there = tails.get(id);
      if (followers >= limits.followers || (there?.followers ?? 0) >= limits.followersPerStream) {
        throw new HttpError(429, "too_many_followers", "Too many are following: try again soon.", {
          "Retry-After": "5",
        });
      }
      const tail = there ?? new StoredTail(id, options, teller, () => tails.delete(id));
      tails.set(id, tail);
      tail.followers++;
      followers++;
      let left = false;
      const leave = () => {
        if (left) return;
        left = true;
        followers--;
        if (--tail.followers === 0) tail.shut();
      };
      try {
        await tail.opened;
      } catch (error) {
        leave();
        throw error;
      }
      return { tail, leave };
    },
    close() {
      for (const tail of [...tails.values()]) tail.shut();
    },
  };
}

class StoredTail implements Tail {
  readonly opened: Promise<void>;
  window = new ByteWindow(0);
  record: StreamRecord = { status: "pending", length: 0 };
  closed = false;
  followers = 0;
  #gone = false;
  readonly #id: string;
  readonly #options: TailsOptions;
  readonly #teller: Teller;
  readonly #forget: () => void;
  readonly #readers = new Set<() => void>();
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #loading = false;
  // A wake-up came while a read was under way, which may not have seen the change.
  #again = false;

  constructor(id: string, options: TailsOptions, teller: Teller, forget: () => void) {
    this.#id = id;
    this.#options = options;
    this.#teller = teller;
    this.#forget = forget;
    this.opened = this.#open();
  }

  get end(): number {
    return this.window.end;
  }

  subscribe(changed: () => void): () => void {
    this.#readers.add(changed);
    return () => {
      this.#readers.delete(changed);
      this.#teller.forget(changed);
    };
  }

  page(offset: number): Page | undefined {
    const { start, end } = this.window;
    if (this.#gone || offset < start || offset > end) return undefined;
    return { ...this.record, bytes: this.window.slice(offset, end) };
  }

  async #open(): Promise<void> {
    const { hub, store, pollMs } = this.#options;
    try {
      const unwatch = await hub.watch(this.#id, () => void this.#load());
      if (this.closed) return unwatch();
      this.#unwatch = unwatch;
      const record = await store.status(this.#id);
      if (!record) throw notFound();
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
        if (!this.closed) this.#teller.tell(this.#readers);
      } catch (error) {
        this.#options.onError(error);
      }
    }
    this.#loading = false;
  }

  /** No more will come: the stream is terminal or gone, or everybody left. */
  shut(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.#timer);
    this.#unwatch?.();
    this.#forget();
    this.#teller.tell(this.#readers);
  }
}
