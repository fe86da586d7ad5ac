import {
  type EndReason,
  type Framing,
  LIMIT,
  modelEvent,
  modelStream,
  parseJson,
} from "@twinstream/core/events";
import { knownEvent } from "./known-event.ts";

/** A reader of text that may end before its source does. */
export interface TextReader {
  /** Returns true once the answer's end was read: nothing follows it. */
  push(text: string): boolean;
  end(): void;
  /** Why the answer ended, if not as its model meant it to. */
  readonly reason: EndReason | undefined;
}

/** Makes a reader of a framing of core's. */
export function readerOf(
  framing: Framing & { readonly done?: boolean; readonly reason: EndReason | undefined },
): TextReader {
  return {
    push(text) {
      framing.push(text);
      return framing.done === true;
    },
    end: () => framing.end(),
    get reason() {
      return framing.reason;
    },
  };
}

/** How a text of server-sent events may begin. */
const BEGINNINGS = ["data:", "event:"];

/**
 * Reads strings that are the text, or that are a model's server-sent events: a stream without a
 * content type may bring either, such as one through the AI SDK's `JsonToSseTransformStream`. The
 * first event tells them apart. A text that begins like none is passed on as it comes.
 * @param emit Receives the answer's text, piece by piece.
 */
export function textOrEvents(emit: (text: string) => void): TextReader {
  /** What may be the beginning of the first event. */
  let held: string[] = [];
  let length = 0;
  let begin = "";
  let tail = "";
  let plain = false;
  let events: TextReader | undefined;

  const decide = (isEvents: boolean) => {
    const text = held.join("");
    held = [];
    plain = !isEvents;
    if (plain) emit(text);
    else {
      events = readerOf(modelStream(knownEvent, "end mark", emit));
      events.push(text);
    }
  };
  const hold = (text: string) => {
    held.push(text);
    length += text.length;
    begin = (begin + text).slice(0, 6);
    const recent = tail + text;
    tail = recent.slice(-3);
    if (!BEGINNINGS.some((word) => begin.startsWith(word) || word.startsWith(begin))) {
      decide(false);
    } else if (/\n\r?\n|\r\r/.test(recent)) {
      decide(beginsWithModelEvent(held.join("")));
    } else if (length > LIMIT) {
      // The parser of events says that this is too long to be one.
      decide(true);
    }
  };
  return {
    push(text) {
      if (plain) emit(text);
      else if (events) return events.push(text);
      else if (text) hold(text);
      return false;
    },
    end() {
      if (!plain && !events) decide(beginsWithModelEvent(held.join("")));
      events?.end();
    },
    get reason() {
      return events?.reason;
    },
  };
}

function beginsWithModelEvent(text: string): boolean {
  const data = /^data:(.*)$/m.exec(text)?.[1];
  return data !== undefined && modelEvent(parseJson(data)) !== undefined;
}
