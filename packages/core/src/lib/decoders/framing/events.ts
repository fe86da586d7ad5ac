import { createParser, type EventSourceMessage, type EventSourceParser } from "eventsource-parser";
import type { Framing } from "../decoder.ts";
import { LIMIT, tooLong } from "../limit.ts";
import { endOf, utf8 } from "../text.ts";

/** A parser of server-sent events, whose memory is bounded. */
export function eventParser(onEvent: (event: EventSourceMessage) => void): EventSourceParser {
  return createParser({
    onEvent,
    maxBufferSize: LIMIT,
    onError({ type }) {
      // All else that it reports is to be ignored, by the standard.
      if (type === "max-buffer-size-exceeded") throw tooLong("An event");
    },
  });
}

/**
 * Reads server-sent events; `onEnd` throws where the format's own end mark is missing.
 *
 * Some servers leave out what should follow their last event. `tail` is put in its place: a blank
 * line takes a whole last line, which may have been cut, so that it is for data that shows where it
 * was (JSON); the end of a line takes it only where it had its own.
 */
export function events(
  onEvent: (event: EventSourceMessage) => void,
  onEnd: () => void,
  tail: "\n" | "\n\n" = "\n\n",
): Framing {
  const bytes = utf8();
  const parser = eventParser(onEvent);
  return {
    push: (chunk) => parser.feed(bytes.decode(chunk, { stream: true })),
    end() {
      endOf(bytes);
      parser.feed(tail);
      onEnd();
    },
  };
}
