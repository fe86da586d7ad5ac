import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { Decoding } from "./decoder.ts";
import { endOf, utf8 } from "./text.ts";

/** Reads server-sent events; `onEnd` says whether the format's own end was among them. */
export function events(
  onEvent: (event: EventSourceMessage) => void,
  onEnd: () => boolean,
): Decoding {
  const decoder = utf8();
  const parser = createParser({ onEvent });
  return {
    push: (chunk) => parser.feed(decoder.decode(chunk, { stream: true })),
    end() {
      endOf(decoder);
      // Some servers leave out the blank line after their last event.
      parser.feed("\n\n");
      return onEnd();
    },
  };
}
