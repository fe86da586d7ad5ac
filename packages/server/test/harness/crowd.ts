import type { Streams } from "../../src/index.ts";

/** How a member of a crowd reads. */
export type Live = "text" | "sse" | "long-poll";

export const lives: readonly Live[] = ["text", "sse", "long-poll"];

/** One that follows a stream as it comes. */
export interface Member {
  /** Resolves once its last answer has ended, with its status; rejects if an answer broke off. */
  readonly ended: Promise<{ status: string; closed: boolean }>;
  /** What it was sent so far. */
  readonly text: string;
  /** Takes nothing until `resume`. */
  stall(): void;
  resume(): void;
  /** Breaks its connection off. */
  leave(): void;
}

/** Follows the stream from its first byte, as `streams.handler` serves it, without a socket in between. */
export function follow(streams: Streams, id: string, live: Live): Member {
  const gone = new AbortController();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let offset = 0;
  let flowing = Promise.resolve();
  let resume = () => {};

  const get = (query: string) =>
    streams.handler(new Request(`http://x/api/streams/${id}?${query}`, { signal: gone.signal }));
  const from = () => `offset=${String(offset).padStart(16, "0")}`;
  const take = (bytes: Uint8Array) => {
    offset += bytes.length;
    text += decoder.decode(bytes, { stream: true });
  };
  const at = (token: unknown) => {
    if (Number(token) !== offset) throw new Error(`${offset} bytes came, and ${token} are said`);
  };
  const end = (response: Response) => ({
    status: response.headers.get("stream-status") ?? String(response.status),
    closed: response.headers.has("stream-closed"),
  });

  async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
    const reader = response.body!.getReader();
    gone.signal.addEventListener("abort", () => void reader.cancel());
    for (;;) {
      await flowing;
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  }

  /** All of the text is in the one answer: the next one has no more, and has the status. */
  async function readText() {
    const response = await get(`${from()}&live=text`);
    if (!response.ok) return end(response);
    for await (const bytes of chunks(response)) take(bytes);
    return end(await get(from()));
  }

  async function readEvents() {
    const encoder = new TextEncoder();
    const events = new TextDecoder("utf-8", { ignoreBOM: true });
    let status = "none";
    let rest = "";
    const response = await get(`${from()}&live=sse`);
    if (!response.ok) return end(response);
    for await (const bytes of chunks(response)) {
      const whole = (rest + events.decode(bytes, { stream: true })).split("\n\n");
      rest = whole.pop()!;
      for (const event of whole) {
        const [name, ...lines] = event.split("\n");
        const data = lines.map((line) => line.slice(5).replace(/^ /, "")).join("\n");
        if (name === "event: data") take(encoder.encode(data));
        if (name !== "event: control") continue;
        const control = JSON.parse(data);
        at(control.streamNextOffset);
        status = control.streamStatus;
        if (control.streamClosed) return { status, closed: true };
      }
    }
    return { status, closed: false };
  }

  async function poll() {
    for (;;) {
      await flowing;
      const response = await get(`${from()}&live=long-poll`);
      if (!response.ok) return end(response);
      take(new Uint8Array(await response.arrayBuffer()));
      at(response.headers.get("stream-next-offset"));
      if (response.headers.has("stream-closed") || gone.signal.aborted) return end(response);
    }
  }

  return {
    ended: { text: readText, sse: readEvents, "long-poll": poll }[live](),
    get text() {
      return text;
    },
    stall() {
      resume();
      flowing = new Promise((go) => {
        resume = go;
      });
    },
    resume: () => resume(),
    leave() {
      gone.abort();
      resume();
    },
  };
}
