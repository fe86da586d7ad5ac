import { EventSourceParserStream } from "eventsource-parser/stream";
import { kind } from "../util/type-name.ts";
import { chunkReader } from "./chunk.ts";

/** What text can come from. */
export type TextSource = AsyncIterable<unknown> | ReadableStream<unknown> | Response;

/** A source that is being read. */
export interface Reading {
  /** Gives all text to `take`, piece by piece, and waits where that asks for it. */
  run(take: (text: string) => Promise<void> | undefined): Promise<void>;
  /** Ends the source, also one that is silent. */
  leave(): void;
}

/**
 * Opens a source: strings as they are, bytes decoded as UTF-8, the chunks of model clients by
 * `chunkReader`, and a `Response` by its content type (server-sent events or plain text).
 */
export function openSource(source: TextSource): Reading {
  if (isResponse(source)) return openResponse(source);
  if (isStream(source) || isIterable(source)) return openChunks(source);
  throw new TypeError(
    `append.from takes an async iterable, a ReadableStream or a Response, and was given ${kind(source)}.`,
  );
}

function openResponse(response: Response): Reading {
  const { body } = response;
  if (!response.ok) {
    body?.cancel().catch(() => {});
    throw new Error(`append.from was given a response of status ${response.status}.`);
  }
  if (!body) return { run: async () => {}, leave() {} };
  const isEvents = /^text\/event-stream/i.test(response.headers.get("content-type") ?? "");
  return isEvents ? openEvents(body) : openChunks(body);
}

function openChunks(source: AsyncIterable<unknown> | ReadableStream<unknown>): Reading {
  // A byte order mark is text too.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const chunks = chunkReader();
  const textOf = (chunk: unknown) => {
    if (typeof chunk === "string") return chunk;
    if (chunk instanceof Uint8Array) return decoder.decode(chunk, { stream: true });
    if (typeof chunk === "object" && chunk !== null) return chunks.read(chunk);
    throw new TypeError(`append.from was given ${kind(chunk)} for a piece of text.`);
  };
  const values = isStream(source) ? streamValues(source) : iterableValues(source);
  return {
    leave: values.leave,
    async run(take) {
      await each(values, (chunk) => take(textOf(chunk)));
      await take(decoder.decode());
      chunks.end();
    },
  };
}

function openEvents(body: ReadableStream<Uint8Array>): Reading {
  const decoder = new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>;
  const events = body.pipeThrough(decoder).pipeThrough(new EventSourceParserStream());
  const chunks = chunkReader();
  const values = streamValues(events);
  return {
    leave: values.leave,
    async run(take) {
      const over = await each(values, ({ data }) => {
        return data === "[DONE]" ? END : take(chunks.read(JSON.parse(data) as object));
      });
      if (!over) chunks.end();
    },
  };
}

/** The values of a source, one at a time. */
interface Values<T> {
  next(): Promise<{ done?: boolean; value?: T }>;
  leave(): void;
}

/** What ends the reading of values before their end. */
const END = Symbol("end");

/** Runs `use` for each value; true where that ended it. */
async function each<T>(
  values: Values<T>,
  use: (value: T) => Promise<void> | typeof END | undefined,
): Promise<boolean> {
  for (;;) {
    const { done, value } = await values.next();
    if (done) return false;
    try {
      const used = use(value as T);
      if (used === END) {
        values.leave();
        return true;
      }
      // Not awaited where there is nothing to wait for: that would cost a turn a token.
      if (used) await used;
    } catch (error) {
      values.leave();
      throw error;
    }
  }
}

function streamValues<T>(stream: ReadableStream<T>): Values<T> {
  const reader = stream.getReader();
  return {
    next: () => reader.read(),
    leave: () => void reader.cancel().catch(() => {}),
  };
}

function iterableValues<T>(iterable: AsyncIterable<T>): Values<T> {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    // Not awaited: it may wait for the source's next word.
    leave: () => void (async () => iterator.return?.())().catch(() => {}),
  };
}

// By its shape: an adapter may have put a Response of its own in the global's place.
function isResponse(source: unknown): source is Response {
  return typeof source === "object" && source !== null && "headers" in source && "body" in source;
}

function isStream(source: unknown): source is ReadableStream<unknown> {
  return typeof source === "object" && source !== null && "getReader" in source;
}

function isIterable(source: unknown): source is AsyncIterable<unknown> {
  return typeof source === "object" && source !== null && Symbol.asyncIterator in source;
}
