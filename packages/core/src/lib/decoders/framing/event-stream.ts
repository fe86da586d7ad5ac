import { createParser, type EventSourceMessage, type EventSourceParser } from "eventsource-parser";
import type { Framing } from "../decoder.ts";
import { LIMIT, tooLong } from "../limit.ts";

/**
 * A parser of server-sent events whose memory is bounded.
 * @throws From `feed`, a StreamError (`protocol`) for an event that is too long.
 */
export function eventParser(onEvent: (event: EventSourceMessage) => void): EventSourceParser {
  return createParser({
    onEvent,
    maxBufferSize: LIMIT,
    onError({ type }) {
      // The standard says to ignore all else that the parser reports.
      if (type === "max-buffer-size-exceeded") throw tooLong("An event");
    },
  });
}

/**
 * Reads server-sent events.
 * @param onEvent Receives each event.
 * @param onEnd Runs after the last event; throws if the format's own end mark is missing.
 * @param tail Some servers leave out what should follow their last event; this is put in its place.
 * A blank line takes a whole last line, which may have been cut, so that it is for data that shows
 * where it was cut (JSON). The end of a line takes the last event only if its line was ended.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventStream(
  onEvent: (event: EventSourceMessage) => void,
  onEnd: () => void,
  tail: "\n" | "\n\n" = "\n\n",
): Framing {
  const parser = eventParser(onEvent);
  return {
    push: (text) => parser.feed(text),
    end() {
      parser.feed(tail);
      onEnd();
    },
  };
}
