import { answerReader, jsonLines, modelStream } from "@twinstream/core/events";
import type { TextSource } from "../options/append.ts";
import { typeName } from "../util/type-name.ts";
import { knownEvent } from "./known-event.ts";
import { modelError } from "./model-error.ts";
import { type TextReader, textOrEvents } from "./text-or-events.ts";

/** A source that is being read. */
export interface Reading {
  /** Gives all text to `take`, piece by piece, and waits if `take` returns a promise. */
  run(take: (text: string) => Promise<void> | undefined): Promise<void>;
  /** Ends the source, also a silent one. */
  leave(): void;
}

/**
 * Opens a source: strings as they are, bytes decoded as UTF-8, the events of models by the same
 * readers as core's decoders, and a `Response` by its content type: server-sent events, NDJSON, or text.
 * @throws A TypeError for anything else, and an Error for a response whose status is no success.
 */
export function openSource(source: TextSource): Reading {
  if (isResponse(source)) return openResponse(source);
  if (isStream(source)) return read(streamValues(source), mixedReader);
  if (isIterable(source)) return read(iterableValues(source), mixedReader);
  throw new TypeError(
    `append.from takes an async iterable, a ReadableStream or a Response, and was given ${typeName(source)}.`,
  );
}

function openResponse(response: Response): Reading {
  const { body } = response;
  if (!response.ok) {
    body?.cancel().catch(() => {});
    throw new Error(`append.from was given a response of status ${response.status}.`);
  }
  if (!body) return { run: async () => {}, leave() {} };
  const type = response.headers.get("content-type") ?? "";
  return read(streamValues(body), (emit) => {
    if (EVENTS.test(type)) return bytesOf(modelStream(knownEvent, "end mark", emit));
    if (LINES.test(type)) return bytesOf(jsonLines(emit));
    return mixedReader(emit);
  });
}

const EVENTS = /^text\/event-stream\b/i;
const LINES = /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines)\b/i;

/** Reads the values of one source; what it emits before it throws is kept. */
interface Reader {
  push(value: unknown): void;
  end(): void;
  readonly done?: boolean;
}

function bytesOf(reader: TextReader): Reader {
  // A byte order mark is text too.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    push: (chunk) => reader.push(decoder.decode(chunk as Uint8Array, { stream: true })),
    end() {
      reader.push(decoder.decode());
      reader.end();
    },
    get done() {
      return reader.done;
    },
  };
}

/** Reads strings, bytes, and the events of models. */
function mixedReader(emit: (text: string) => void): Reader {
  const text = textOrEvents(emit);
  const bytes = bytesOf(text);
  const answer = answerReader(knownEvent, "end mark", emit);
  let hasEvents = false;
  return {
    push(value) {
      if (typeof value === "string") text.push(value);
      else if (value instanceof Uint8Array) bytes.push(value);
      else if (typeof value === "object" && value !== null) {
        hasEvents = true;
        answer.read(value as { [key: string]: unknown });
      } else throw new TypeError(`append.from was given ${typeName(value)} for a piece of text.`);
    },
    end() {
      bytes.end();
      if (hasEvents) answer.end();
    },
    get done() {
      return text.done;
    },
  };
}

function read(values: Values, open: (emit: (text: string) => void) => Reader): Reading {
  return {
    leave: values.leave,
    async run(take) {
      let text = "";
      const reader = open((piece) => {
        text += piece;
      });
      try {
        for (;;) {
          const { done, value } = await values.next();
          if (done) break;
          try {
            reader.push(value);
          } finally {
            const taken = take(text);
            text = "";
            // Not awaited if there is nothing to wait for: that would cost a turn a token.
            if (taken) await taken;
          }
          if (reader.done) return values.leave();
        }
        // As in a decoder: what an end that fails has emitted was cut, and is no text.
        reader.end();
        await take(text);
      } catch (error) {
        values.leave();
        throw modelError(error);
      }
    },
  };
}

/** The values of a source, one at a time. */
interface Values {
  next(): Promise<{ done?: boolean; value?: unknown }>;
  leave(): void;
}

function streamValues(stream: ReadableStream<unknown>): Values {
  const reader = stream.getReader();
  return {
    next: () => reader.read(),
    leave: () => void reader.cancel().catch(() => {}),
  };
}

function iterableValues(iterable: AsyncIterable<unknown>): Values {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    // Not awaited: it may wait for the source's next value.
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
