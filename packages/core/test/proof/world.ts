// A small world for the real client: a server, a network and a clock, all of them driven step by
// step. Nothing happens by itself, so that every schedule can be replayed.
import { formatOffset } from "../../src/lib/offset.ts";
import { isTerminal, type StreamStatus, type TerminalStatus } from "../../src/lib/status.ts";
import type { Platform, Source, SourceSink, StreamUpdate } from "../../src/lib/types.ts";
import { byteLength } from "../../src/lib/utf8.ts";

/** Lets everything that is due without time passing happen. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A clock that goes only when told. */
export class Clock {
  #now = 0;
  #next = 0;
  readonly #timers = new Map<number, { at: number; run: () => void }>();
  readonly #wakes = new Set<() => void>();
  hidden = false;

  readonly platform: Platform = {
    now: () => this.#now,
    after: (ms, run) => this.#set(ms, run),
    frame: (run) => this.#set(16, run),
    hidden: () => this.hidden,
    onWake: (run) => {
      this.#wakes.add(run);
      return () => this.#wakes.delete(run);
    },
    random: () => 0.5,
  };

  get now() {
    return this.#now;
  }

  get timers() {
    return this.#timers.size;
  }

  get listeners() {
    return this.#wakes.size;
  }

  #set(ms: number, run: () => void) {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#now + ms, run });
    return () => void this.#timers.delete(id);
  }

  wake() {
    for (const run of [...this.#wakes]) run();
  }

  /** Lets `ms` pass, timer by timer, with what each sets off. */
  async pass(ms: number) {
    const end = this.#now + ms;
    for (;;) {
      let first: [number, { at: number; run: () => void }] | undefined;
      for (const entry of this.#timers) {
        if (entry[1].at <= end && (!first || entry[1].at < first[1].at)) first = entry;
      }
      if (!first) break;
      this.#timers.delete(first[0]);
      this.#now = Math.max(this.#now, first[1].at);
      first[1].run();
      await settle();
    }
    this.#now = end;
  }
}

/** One response on its way: what the server wrote, and how much of it has come through. */
interface Pipe {
  readonly kind: "drive" | "live" | "once";
  readonly reader: string;
  controller?: ReadableStreamDefaultController<Uint8Array>;
  queue: Uint8Array;
  /** Where in the text the next byte to be written to it is. */
  at: number;
  /** The server has written all. */
  ended: boolean;
  over: boolean;
}

/** A request that waits for its answer. */
interface Call {
  readonly reader: string;
  readonly answer: () => void;
  readonly fail: (error: Error) => void;
  over: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What the server answers to the next requests, in turn. */
export type Refusal = "503" | "429" | "lost-before" | "lost-after" | "hold";

/** The server, and the network to it. */
export class Server {
  status: StreamStatus = "pending";
  /** What was generated, and how much of it is stored. */
  produced = new Uint8Array();
  stored = 0;
  offline = false;
  /** Generations that ran: invariant 4 says one. */
  generations = 0;
  /** Every request that was sent, and every `pending` that was answered, in order. */
  readonly log: {
    readonly reader: string;
    readonly what: "drive" | "read" | "stop" | "pending";
  }[] = [];
  readonly refusals: Refusal[] = [];
  pipes: Pipe[] = [];
  calls: Call[] = [];

  get text() {
    return decoder.decode(this.produced);
  }

  get storedText() {
    return decoder.decode(this.produced.subarray(0, this.stored));
  }

  fetchFor(reader: string): typeof globalThis.fetch {
    return (input, init) => this.#fetch(reader, String(input), init ?? {});
  }

  #fetch(reader: string, url: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams } = new URL(url, "http://server");
    const what = pathname.endsWith("/drive")
      ? "drive"
      : pathname.endsWith("/stop")
        ? "stop"
        : "read";
    this.log.push({ reader, what });
    return new Promise<Response>((resolve, reject) => {
      const call: Call = {
        reader,
        over: false,
        answer: () => {
          if (call.over) return;
          call.over = true;
          resolve(this.#answer(reader, what, searchParams, init.signal!));
        },
        fail: (error) => {
          if (call.over) return;
          call.over = true;
          reject(error);
        },
      };
      init.signal?.addEventListener("abort", () =>
        call.fail(new DOMException("Aborted", "AbortError")),
      );
      if (init.signal?.aborted) return call.fail(new DOMException("Aborted", "AbortError"));
      if (this.offline) return call.fail(new TypeError("offline"));
      const refusal = this.refusals.shift();
      if (refusal === "lost-before") return call.fail(new TypeError("lost"));
      if (refusal === "503" || refusal === "429") {
        call.over = true;
        return resolve(
          new Response("busy", { status: Number(refusal), headers: { "Retry-After": "2" } }),
        );
      }
      if (refusal === "lost-after") {
        // The server did it; its answer got lost.
        this.#answer(reader, what, searchParams, init.signal!);
        return call.fail(new TypeError("lost"));
      }
      if (refusal === "hold") return void this.calls.push(call);
      call.answer();
    });
  }

  #answer(reader: string, what: string, query: URLSearchParams, signal: AbortSignal): Response {
    if (what === "stop") {
      this.stop();
      return new Response(null, { status: 204 });
    }
    if (what === "drive") {
      if (this.status !== "pending") {
        return new Response("", { status: 409, headers: { "Stream-Status": this.status } });
      }
      this.status = "streaming";
      this.generations++;
      return this.#respond("drive", reader, 0, new Uint8Array(), false, signal, {});
    }
    const offset = Number(query.get("offset"));
    const live = query.get("live") === "text";
    const rest = this.produced.subarray(Math.min(offset, this.stored), this.stored);
    const over = isTerminal(this.status);
    if (this.status === "pending") this.log.push({ reader, what: "pending" });
    return this.#respond(live ? "live" : "once", reader, offset, rest, over || !live, signal, {
      "Stream-Status": this.status,
      "Stream-Next-Offset": formatOffset(Math.max(offset, live && !over ? offset : this.stored)),
      ...(over ? { "Stream-Closed": "true" } : {}),
      ...(this.status === "error" ? { "Stream-Error": "generation" } : {}),
    });
  }

  #respond(
    kind: Pipe["kind"],
    reader: string,
    offset: number,
    bytes: Uint8Array,
    ended: boolean,
    signal: AbortSignal,
    headers: Record<string, string>,
  ) {
    const at = offset + bytes.length;
    const pipe: Pipe = { kind, reader, at, queue: bytes.slice(), ended, over: false };
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        pipe.controller = controller;
      },
      cancel() {
        pipe.over = true;
      },
    });
    signal.addEventListener("abort", () => this.#break(pipe));
    this.pipes.push(pipe);
    // A single answer comes at once; what is long is delivered by the schedule.
    if (kind === "once") this.#deliver(pipe, Number.POSITIVE_INFINITY);
    return new Response(body, { headers });
  }

  #break(pipe: Pipe) {
    if (pipe.over) return;
    pipe.over = true;
    pipe.controller!.error(new TypeError("broken"));
  }

  #deliver(pipe: Pipe, bytes: number) {
    if (pipe.over) return;
    const part = pipe.queue.subarray(0, bytes);
    pipe.queue = pipe.queue.subarray(part.length);
    if (part.length) pipe.controller!.enqueue(part.slice());
    if (pipe.ended && pipe.queue.length === 0) {
      pipe.over = true;
      pipe.controller!.close();
    }
  }

  // --- What the schedule may let happen ---

  generate(text: string) {
    if (this.status !== "streaming") return;
    const more = encoder.encode(text);
    const all = new Uint8Array(this.produced.length + more.length);
    all.set(this.produced);
    all.set(more, this.produced.length);
    this.produced = all;
    this.#write("drive", this.produced.length);
  }

  /** Writes what is there up to byte `end`, to those that are not so far. */
  #write(kind: Pipe["kind"], end: number) {
    for (const pipe of this.pipes) {
      if (pipe.kind !== kind || pipe.over || pipe.ended || pipe.at >= end) continue;
      const more = this.produced.subarray(pipe.at, end);
      const queue = new Uint8Array(pipe.queue.length + more.length);
      queue.set(pipe.queue);
      queue.set(more, pipe.queue.length);
      pipe.queue = queue;
      pipe.at = end;
    }
  }

  flush() {
    if (this.status !== "streaming") return;
    this.stored = this.produced.length;
    this.#write("live", this.stored);
  }

  finish(status: TerminalStatus) {
    if (this.status !== "streaming") return;
    this.flush();
    this.#end(status);
  }

  /** The producer dies: what was not flushed is lost, and its lease runs out. */
  crash() {
    if (this.status !== "streaming") return;
    for (const pipe of this.pipes) if (pipe.kind === "drive") this.#break(pipe);
    this.#end("timeout");
  }

  stop() {
    if (this.status === "streaming") this.flush();
    if (!isTerminal(this.status)) this.#end("stopped");
  }

  #end(status: TerminalStatus) {
    this.status = status;
    for (const pipe of this.pipes) pipe.ended = true;
  }

  /** Lets up to so many bytes through, on every connection. */
  deliver(bytes: number) {
    for (const pipe of this.pipes) this.#deliver(pipe, bytes);
    this.pipes = this.pipes.filter((pipe) => !pipe.over);
  }

  /** Breaks the connections of a reader, or ends them cleanly, as some proxies do. */
  cut(reader: string, cleanly: boolean) {
    for (const [sink, one] of [...this.subscriptions]) {
      if (one.reader !== reader) continue;
      one.quit();
      if (cleanly) sink.end();
      else sink.error(new TypeError("broken"));
    }
    for (const pipe of this.pipes) {
      if (pipe.reader !== reader || pipe.over) continue;
      if (!cleanly) this.#break(pipe);
      else {
        pipe.over = true;
        pipe.controller!.close();
      }
    }
  }

  /** Connections that stay open and bring nothing more. */
  stall(reader: string) {
    for (const pipe of this.pipes)
      if (pipe.reader === reader) (pipe as { kind: string }).kind = "stalled";
    this.stalled.push(...this.pipes.filter((pipe) => pipe.reader === reader));
    this.pipes = this.pipes.filter((pipe) => pipe.reader !== reader);
  }

  readonly stalled: Pipe[] = [];

  release() {
    for (const call of this.calls.splice(0)) {
      if (this.offline) call.fail(new TypeError("offline"));
      else call.answer();
    }
  }

  // --- The stored text by subscription, as databases push it ---

  readonly subscriptions = new Map<SourceSink, { reader: string; quit: () => void }>();

  /** Pushes the whole body at each change; or parts that overlap, repeat and come late. */
  pushSource(reader: string, parts: boolean): Source {
    return {
      follow: ({ signal, offset }, sink) => {
        if (this.offline) return sink.error(new TypeError("offline"));
        const quit = () => this.subscriptions.delete(sink);
        this.subscriptions.set(sink, { reader, quit });
        signal.addEventListener("abort", quit);
        for (const update of this.#updates(reader, parts, offset)) sink.next(update);
      },
    };
  }

  #updates(reader: string, parts: boolean, offset: number): StreamUpdate[] {
    const { status, storedText: text } = this;
    const error = status === "error" ? "generation" : undefined;
    if (status === "pending") this.log.push({ reader, what: "pending" });
    if (!parts) return [{ text, status, error }];
    const characters = [...text];
    const piece = (from: number, to: number) => ({
      delta: characters.slice(from, to).join(""),
      offset: byteLength(characters.slice(0, from).join("")),
    });
    const half = characters.length >> 1;
    const third = Math.floor(characters.length / 3);
    return [
      piece(0, half),
      piece(third, characters.length),
      piece(third, half),
      // What starts beyond what the reader has would be a gap: that is for the first pieces to mend.
      { ...piece(0, characters.length), status, error },
      { delta: "", offset: Math.min(offset, byteLength(text)) },
    ];
  }

  /** Tells the subscribers how things stand. */
  push(parts: boolean) {
    for (const [sink, { reader }] of [...this.subscriptions]) {
      for (const update of this.#updates(reader, parts, 0)) {
        if (this.subscriptions.has(sink)) sink.next(update);
      }
    }
  }

  open(reader: string) {
    return (
      [...this.subscriptions.values()].filter((one) => one.reader === reader).length +
      [...this.pipes, ...this.stalled].filter((pipe) => pipe.reader === reader && !pipe.over)
        .length +
      this.calls.filter((call) => call.reader === reader && !call.over).length
    );
  }
}
