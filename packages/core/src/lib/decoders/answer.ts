import type { Framing } from "./decoder.ts";
import type { EndReason, EventReader } from "./events/model-event.ts";
import { brokenOff, reported } from "./failure.ts";
import { eventStream } from "./framing/event-stream.ts";
import { type Json, parseObject } from "./json.ts";

/** Reads the events of one answer. */
export interface AnswerReader {
  /** Emits the event's text, then throws the failure that the event reports as a StreamError. */
  read(event: Json): void;
  /** Notes an end mark that is no event, such as `[DONE]`. */
  finish(): void;
  /** Throws a StreamError (`network`) if the answer broke off: its beginning must not pass for the whole. */
  end(): void;
  /** Why the answer ended, once it has, if not as its model meant it to. */
  readonly reason: EndReason | undefined;
}

/**
 * Reads one answer by its model's events.
 * @param readEvent Reads one event of the format.
 * @param mark The format's end mark, for the message about a stream without it.
 * @param emit Receives the answer's text, piece by piece.
 */
export function answerReader(
  readEvent: EventReader,
  mark: string,
  emit: (text: string) => void,
): AnswerReader {
  let ended = false;
  let reason: EndReason | undefined;
  // A model's words of refusal are why there is no answer, and no part of its text.
  let refusal = "";
  const finish = (event: Json = {}) => {
    if (refusal) throw reported("refusal", event, refusal);
    ended = true;
  };
  return {
    read(event) {
      const { text, refusal: words, failure, ends, reason: why } = readEvent(event);
      if (text) emit(text);
      reason ??= why;
      if (words) refusal += words;
      if (failure) throw reported(failure.code, event, failure.message);
      if (ends) finish(event);
    },
    finish,
    end() {
      if (!ended) throw brokenOff(mark);
    },
    get reason() {
      return reason;
    },
  };
}

/**
 * Reads one answer that comes as server-sent events with JSON data.
 * @param readEvent Reads one event of the format.
 * @param mark The format's end mark. `[DONE]` ends an answer in any format.
 * @param emit Receives the answer's text, piece by piece.
 * @returns A framing; its `done` is true after `[DONE]`, which nothing follows; its `reason` says why
 * the answer ended, if not as its model meant it to.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function modelStream(
  readEvent: EventReader,
  mark: string,
  emit: (text: string) => void,
): Framing & { readonly done: boolean; readonly reason: EndReason | undefined } {
  const answer = answerReader(readEvent, mark, emit);
  let done = false;
  const { push, end } = eventStream(({ event: name, data }) => {
    if (data === "[DONE]") {
      done = true;
      answer.finish();
    } else if (name === "error") {
      throw reported("generation", parseObject(data));
    } else {
      answer.read(parseObject(data));
    }
  }, answer.end);
  return {
    push,
    end,
    get done() {
      return done;
    },
    get reason() {
      return answer.reason;
    },
  };
}
