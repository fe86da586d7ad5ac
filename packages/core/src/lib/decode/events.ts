import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { Framing } from "./decoder.ts";
import { endOf, utf8 } from "./text.ts";

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
  const parser = createParser({ onEvent });
  return {
    push: (chunk) => parser.feed(bytes.decode(chunk, { stream: true })),
    end() {
      endOf(bytes);
      parser.feed(tail);
      onEnd();
    },
  };
}
