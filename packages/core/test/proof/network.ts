import type { Page } from "./clock.ts";

export type Kind = "drive" | "live" | "once";

/** One response on its way: what the server wrote, and how much of it has come through. */
interface Pipe {
  readonly kind: Kind;
  readonly page: Page;
  queue: Uint8Array;
  /** Where in the text the next byte to be written to it is. */
  at: number;
  /** The server has written all. */
  ended: boolean;
  /** Nothing more comes through, and nobody says so. */
  stalled?: boolean;
  /** It broke while its page was frozen, which hears of it later. */
  broken?: boolean;
  over?: boolean;
  controller?: ReadableStreamDefaultController<Uint8Array>;
}

/** A request that waits for its answer. */
export interface Call {
  readonly page: Page;
  readonly live: boolean;
  readonly answer: () => void;
  readonly fail: (error: Error) => void;
  over: boolean;
}

/** The connections to a server. Nothing comes through to a page that is frozen. */
export class Network {
  #pipes: Pipe[] = [];
  readonly calls: Call[] = [];

  /** The body of a response. */
  open(pipe: Pipe, signal: AbortSignal): ReadableStream<Uint8Array> {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        pipe.controller = controller;
      },
      cancel() {
        pipe.over = true;
      },
    });
    signal.addEventListener("abort", () => this.#break(pipe));
    this.#pipes.push(pipe);
    // A single answer comes at once; what is long is delivered by the schedule.
    if (pipe.kind === "once") this.#deliver(pipe, Number.POSITIVE_INFINITY);
    return body;
  }

  #break(pipe: Pipe) {
    if (pipe.over) return;
    pipe.broken = true;
    if (!pipe.page.runs) return;
    pipe.over = true;
    pipe.controller!.error(new TypeError("broken"));
  }

  #deliver(pipe: Pipe, bytes: number) {
    if (pipe.over || pipe.stalled || !pipe.page.runs) return;
    if (pipe.broken) return this.#break(pipe);
    const part = pipe.queue.subarray(0, bytes);
    pipe.queue = pipe.queue.subarray(part.length);
    if (part.length) pipe.controller!.enqueue(part.slice());
    if (pipe.ended && pipe.queue.length === 0) {
      pipe.over = true;
      pipe.controller!.close();
    }
  }

  /** Lets up to so many bytes through, on every connection. */
  deliver(bytes: number) {
    for (const pipe of this.#pipes) this.#deliver(pipe, bytes);
    this.#pipes = this.#pipes.filter((pipe) => !pipe.over);
  }

  /** Writes what `text` has up to byte `end`, to those that are not so far. */
  write(kind: Kind, text: Uint8Array, end: number) {
    for (const pipe of this.#pipes) {
      if (pipe.kind !== kind || pipe.over || pipe.ended || pipe.at >= end) continue;
      const more = text.subarray(pipe.at, end);
      const queue = new Uint8Array(pipe.queue.length + more.length);
      queue.set(pipe.queue);
      queue.set(more, pipe.queue.length);
      pipe.queue = queue;
      pipe.at = end;
    }
  }

  /** The server writes nothing more. */
  end() {
    for (const pipe of this.#pipes) pipe.ended = true;
  }

  /** Breaks all of a kind, where anything comes through. */
  breakAll(kind: Kind) {
    for (const pipe of this.#pipes) if (pipe.kind === kind && !pipe.stalled) this.#break(pipe);
  }

  cut(page: Page, cleanly: boolean) {
    for (const pipe of this.#of(page)) {
      if (!cleanly) this.#break(pipe);
      else {
        pipe.over = true;
        pipe.controller!.close();
      }
    }
  }

  stall(page: Page) {
    for (const pipe of this.#of(page)) pipe.stalled = true;
  }

  /** Answers the calls that were held, or fails them. */
  release(offline: (page: Page) => boolean) {
    for (const call of this.calls.splice(0)) {
      if (!call.page.runs) this.calls.push(call);
      else if (offline(call.page)) call.fail(new TypeError("offline"));
      else call.answer();
    }
  }

  /** The page is gone: nobody is told. */
  forget(page: Page) {
    for (const pipe of this.#of(page)) pipe.over = true;
    for (const call of this.calls) if (call.page === page) call.over = true;
  }

  count(page: Page, kind: "all" | "live"): number {
    const calls = this.calls.filter((call) => call.page === page && !call.over);
    const all = [
      ...this.#of(page).map((pipe) => pipe.kind === "live"),
      ...calls.map((call) => call.live),
    ];
    return kind === "all" ? all.length : all.filter(Boolean).length;
  }

  drive(page: Page) {
    const drives = this.#of(page).filter(({ kind }) => kind === "drive");
    return {
      open: drives.length > 0,
      flows: drives.some(({ stalled, broken }) => !stalled && !broken),
    };
  }

  #of(page: Page): Pipe[] {
    return this.#pipes.filter((pipe) => pipe.page === page && !pipe.over);
  }
}
