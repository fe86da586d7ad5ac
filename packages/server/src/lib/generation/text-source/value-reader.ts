import { answerReader, type EndReason, isObject } from "@twinstream/core/events";
import { typeName } from "../../util/type-name.ts";
import { knownEvent } from "./known-event.ts";
import { type TextReader, textOrEvents } from "./text-or-events.ts";

/** Reads the values of one source, and emits their text. What it emits before it throws is kept. */
export interface ValueReader {
  /** Returns true once the answer's end was read: nothing follows it. */
  push(value: unknown): boolean;
  end(): void;
  /** Why the answer ended, if not as its model meant it to. */
  readonly reason: EndReason | undefined;
}

/** Reads UTF-8 bytes, cut anywhere. */
export function byteReader(reader: TextReader): ValueReader {
  // A byte order mark is text too.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    push: (chunk) => reader.push(decoder.decode(chunk as Uint8Array, { stream: true })),
    end() {
      reader.push(decoder.decode());
      reader.end();
    },
    get reason() {
      return reader.reason;
    },
  };
}

/** Reads strings, bytes, and the events of models. */
export function mixedReader(emit: (text: string) => void): ValueReader {
  const text = textOrEvents(emit);
  const bytes = byteReader(text);
  const answer = answerReader(knownEvent, "end mark", emit);
  let hasEvents = false;
  return {
    push(value) {
      if (typeof value === "string") return text.push(value);
      if (value instanceof Uint8Array) return bytes.push(value);
      if (!isObject(value)) {
        throw new TypeError(
          `append.from takes strings, bytes and the events of models, and was given ${typeName(value)}. Map the stream to strings first.`,
        );
      }
      hasEvents = true;
      answer.read(value);
      return false;
    },
    end() {
      bytes.end();
      if (hasEvents) answer.end();
    },
    get reason() {
      return answer.reason ?? text.reason;
    },
  };
}
