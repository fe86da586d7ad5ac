import { type EndReason, jsonLines, modelStream } from "@twinstream/core/events";
import type { TextSource } from "../options/append.ts";
import { typeName } from "../util/type-name.ts";
import { modelError } from "./model-error.ts";
import { knownEvent } from "./text-source/known-event.ts";
import { readerOf } from "./text-source/text-or-events.ts";
import { byteReader, mixedReader, type ValueReader } from "./text-source/value-reader.ts";
import { iterableValues, streamValues, type Values } from "./text-source/values.ts";

/** A source that is being read. */
export interface Reading {
  /**
   * Gives all text to `take`, piece by piece, and waits if `take` returns a promise.
   * @returns why the answer ended, if not as its model meant it to
   */
  run(take: (text: string) => Promise<void> | undefined): Promise<EndReason | undefined>;
  /** Cancels the source, also a silent one. */
  cancel(): void;
}

/**
 * Opens a source: strings as they are, bytes decoded as UTF-8, the events of models by the same
 * readers as core's decoders, and a `Response` by its content type: server-sent events, NDJSON, or text.
 * @throws TypeError for anything else; Error for a response whose status is no success
 */
export function openSource(source: TextSource): Reading {
  if (isResponse(source)) return openResponse(source);
  if (isStream(source)) return read(streamValues(source), mixedReader);
  if (isIterable(source)) return read(iterableValues(source), mixedReader);
  throw new TypeError(
    `append.from takes an async iterable, a ReadableStream or a Response, and was given ${typeName(source)}.`,
  );
}

const EVENTS = /^text\/event-stream\b/i;
const LINES = /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines)\b/i;

function openResponse(response: Response): Reading {
  const { body } = response;
  if (!response.ok) {
    body?.cancel().catch(() => {});
    throw new Error(
      `append.from was given a response of status ${response.status}. Check the status before, or handle the error.`,
    );
  }
  if (!body) return { run: async () => undefined, cancel() {} };
  const type = response.headers.get("content-type") ?? "";
  return read(streamValues(body), (emit) => {
    if (EVENTS.test(type)) return byteReader(readerOf(modelStream(knownEvent, "end mark", emit)));
    if (LINES.test(type)) return byteReader(readerOf(jsonLines(emit)));
    return mixedReader(emit);
  });
}

function read(values: Values, open: (emit: (text: string) => void) => ValueReader): Reading {
  return {
    cancel: values.cancel,
    async run(take) {
      let text = "";
      const reader = open((piece) => {
        text += piece;
      });
      const flush = () => {
        const piece = text;
        text = "";
        return take(piece);
      };
      try {
        for (;;) {
          const { done, value } = await values.next();
          if (done) break;
          const ended = reader.push(value);
          const taken = flush();
          // Not awaited if there is nothing to wait for: that would cost a turn a token.
          if (taken) await taken;
          if (ended) {
            values.cancel();
            return reader.reason;
          }
        }
      } catch (error) {
        values.cancel();
        if (text !== "") await flush();
        throw modelError(error);
      }
      try {
        reader.end();
      } catch (error) {
        // As in a decoder: what an end that fails has emitted was cut, and is no text.
        throw modelError(error);
      }
      await flush();
      return reader.reason;
    },
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
