// A small server and the network to it, driven step by step: nothing happens by itself, so that
// every schedule can be replayed.

import { formatOffset } from "../../src/lib/protocol/offset.ts";
import {
  isTerminal,
  type StreamStatus,
  type TerminalStatus,
} from "../../src/lib/protocol/status.ts";
import type { StreamUpdate } from "../../src/lib/text/body.ts";
import { byteLength } from "../../src/lib/text/utf8.ts";
import type { Source, SourceSink } from "../../src/lib/types.ts";
import type { Page } from "./clock.ts";
import { type Call, type Kind, Network } from "./network.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What the server answers to the next requests, in turn. */
export type Refusal = "503" | "429" | "401" | "lost-before" | "lost-after" | "hold";

/** A request that was sent, a `pending` or a denial of a drive that was answered, or that the page asked for another try. */
export interface Logged {
  readonly page: Page;
  readonly what: "drive" | "read" | "stop" | "pending" | "denied" | "asked";
  /** From which byte on, where something is read. */
  readonly offset?: number;
}

interface Subscription {
  readonly page: Page;
  readonly quit: () => void;
}

export class Server {
  status: StreamStatus = "pending";
  /** Whether the stream is there. */
  exists = true;
  /** What was generated, and how much of it is stored. */
  produced = new Uint8Array();
  stored = 0;
  /** Generations that ran: invariant 4 says one. */
  generations = 0;
  readonly log: Logged[] = [];
  /** Hears of each request as it is sent. */
  onRequest: (request: Logged) => void = () => {};
  readonly refusals: Refusal[] = [];
  readonly offline = new Set<Page>();
  readonly #network = new Network();
  readonly #subscriptions = new Map<SourceSink, Subscription>();

  get text() {
    return decoder.decode(this.produced);
  }

  get storedText() {
    return decoder.decode(this.produced.subarray(0, this.stored));
  }

  fetchFor(page: Page): typeof globalThis.fetch {
    return (input, init) => this.#fetch(page, String(input), init ?? {});
  }

  #fetch(page: Page, address: string, init: RequestInit): Promise<Response> {
    const url = new URL(address, "http://server");
    const [what] = /drive$|stop$/.exec(url.pathname) ?? ["read"];
    const signal = init.signal!;
    const live = url.searchParams.has("live");
    if (!signal.aborted) {
      const request = { page, what: what as Logged["what"], offset: offsetOf(url) };
      this.log.push(request);
      this.onRequest(request);
    }
    return new Promise<Response>((resolve, reject) => {
      const call: Call = {
        page,
        live,
        over: false,
        answer: () => {
          if (call.over) return;
          call.over = true;
          resolve(this.#answer(page, what, url, signal));
        },
        fail: (error) => {
          if (call.over) return;
          call.over = true;
          reject(error);
        },
      };
      const abort = () => call.fail(new DOMException("Aborted", "AbortError"));
      signal.addEventListener("abort", abort);
      if (signal.aborted) return abort();
      if (this.offline.has(page)) return call.fail(new TypeError("offline"));
      const refusal = this.refusals.shift();
      if (refusal === "lost-before") return call.fail(new TypeError("lost"));
      if (refusal === "503" || refusal === "429") {
        call.over = true;
        if (what === "drive" && refusal === "429") this.log.push({ page, what: "denied" });
        return resolve(
          new Response("busy", { status: Number(refusal), headers: { "Retry-After": "2" } }),
        );
      }
      if (refusal === "401") {
        call.over = true;
        if (what === "drive") this.log.push({ page, what: "denied" });
        return resolve(new Response("Who are you?", { status: 401 }));
      }
      if (refusal === "lost-after") {
        // The server did it; its answer got lost.
        this.#answer(page, what, url, signal);
        return call.fail(new TypeError("lost"));
      }
      if (refusal === "hold") return void this.#network.calls.push(call);
      call.answer();
    });
  }

  #answer(page: Page, what: string, url: URL, signal: AbortSignal): Response {
    const open = (kind: Kind, at: number, bytes: Uint8Array, ended: boolean) =>
      this.#network.open(
        { kind, page, at: at + bytes.length, queue: bytes.slice(), ended },
        signal,
      );
    if (what === "stop") {
      this.stop();
      return new Response(null, { status: 204 });
    }
    if (what === "drive") {
      if (this.status !== "pending") {
        return new Response("", { status: 409, headers: { "Stream-Status": this.status } });
      }
      this.exists = true;
      this.status = "streaming";
      this.generations++;
      return new Response(open("drive", 0, new Uint8Array(), false));
    }
    if (!this.exists) {
      // To a page whose drive makes the stream, this is as good as `pending`.
      this.log.push({ page, what: "pending" });
      return new Response("There is no such stream.", { status: 404 });
    }
    const offset = offsetOf(url);
    const live = url.searchParams.get("live") === "text";
    const rest = this.produced.subarray(Math.min(offset, this.stored), this.stored);
    const over = isTerminal(this.status);
    if (this.status === "pending") this.log.push({ page, what: "pending" });
    return new Response(open(live ? "live" : "once", offset, rest, over || !live), {
      headers: {
        "Stream-Status": this.status,
        "Stream-Next-Offset": formatOffset(Math.max(offset, live && !over ? offset : this.stored)),
        ...(over ? { "Stream-Closed": "true" } : {}),
        ...(this.status === "error" ? { "Stream-Error": "generation" } : {}),
      },
    });
  }

  // --- What happens to the generation ---

  generate(text: string) {
    if (this.status !== "streaming") return;
    const more = encoder.encode(text);
    const all = new Uint8Array(this.produced.length + more.length);
    all.set(this.produced);
    all.set(more, this.produced.length);
    this.produced = all;
    this.#network.write("drive", all, all.length);
  }

  flush() {
    if (this.status !== "streaming") return;
    this.stored = this.produced.length;
    this.#network.write("live", this.produced, this.stored);
  }

  finish(status: TerminalStatus) {
    if (this.status !== "streaming") return;
    this.flush();
    this.#end(status);
  }

  /** The producer dies: what was not flushed is lost, and its lease runs out. */
  crash() {
    if (this.status !== "streaming") return;
    this.#network.breakAll("drive");
    this.#end("timeout");
  }

  /** Nobody has claimed it for too long. */
  expire() {
    this.exists = true;
    if (this.status === "pending") this.#end("timeout");
  }

  stop() {
    if (!this.exists) return;
    if (this.status === "streaming") this.flush();
    if (!isTerminal(this.status)) this.#end("stopped");
  }

  #end(status: TerminalStatus) {
    this.status = status;
    this.#network.end();
  }

  // --- What happens to the network ---

  /** Lets up to so many bytes through, on every connection. */
  deliver(bytes: number) {
    this.#network.deliver(bytes);
  }

  /** Breaks the connections of a page, or ends them cleanly, as some proxies do. */
  cut(page: Page, cleanly: boolean) {
    if (!page.runs) return;
    for (const [sink, one] of [...this.#subscriptions]) {
      if (one.page !== page) continue;
      one.quit();
      page.run(() => (cleanly ? sink.end() : sink.error(new TypeError("broken"))));
    }
    this.#network.cut(page, cleanly);
  }

  /** Connections that stay open and bring nothing more. */
  stall(page: Page) {
    this.#network.stall(page);
  }

  /** Answers what was held. */
  release() {
    this.#network.release((page) => this.offline.has(page));
  }

  /** The page is gone, and so are its connections. */
  forget(page: Page) {
    for (const { page: whose, quit } of [...this.#subscriptions.values()])
      if (whose === page) quit();
    this.#network.forget(page);
  }

  /** How many connections a page holds, of all kinds, or to follow. */
  open(page: Page, kind: "all" | "live" = "all"): number {
    const pushed = [...this.#subscriptions.values()].filter((one) => one.page === page).length;
    return pushed + this.#network.count(page, kind);
  }

  /** Whether a page has a drive that was answered and is not over; whether text comes through it. */
  drive(page: Page): { readonly open: boolean; readonly flows: boolean } {
    return this.#network.drive(page);
  }

  // --- The stored text by subscription, as databases push it ---

  /** Pushes the whole body at each change; or parts that overlap, repeat and come late. */
  pushSource(page: Page, parts: boolean): Source {
    return {
      follow: ({ signal, offset }, sink) => {
        if (this.offline.has(page)) return sink.error(new TypeError("offline"));
        const quit = () => void this.#subscriptions.delete(sink);
        this.#subscriptions.set(sink, { page, quit });
        signal.addEventListener("abort", quit);
        for (const update of this.#updates(page, parts, offset)) sink.next(update);
      },
    };
  }

  #updates(page: Page, parts: boolean, offset: number): StreamUpdate[] {
    const { status, storedText: text } = this;
    const error = status === "error" ? "generation" : undefined;
    if (status === "pending") this.log.push({ page, what: "pending" });
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
    for (const [sink, { page }] of [...this.#subscriptions]) {
      page.run(() => {
        for (const update of this.#updates(page, parts, 0)) {
          if (this.#subscriptions.has(sink)) sink.next(update);
        }
      });
    }
  }
}

const offsetOf = (url: URL) => Number(url.searchParams.get("offset"));
