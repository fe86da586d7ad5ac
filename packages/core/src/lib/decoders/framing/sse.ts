import type { Decoder } from "../../types.ts";
import { decoder } from "../decoder.ts";
import { cutShort, reported } from "../json.ts";
import { events } from "./events.ts";

/** How plain server-sent events are read. */
export interface SseOptions {
  /**
   * The text of one event, or undefined where it has none. By default the event's data as it is.
   * Throw to report an error; parse here where the data is JSON.
   */
  readonly select?: (event: {
    readonly data: string;
    readonly event?: string;
  }) => string | undefined;
  /** Data that marks the end, and is no text. Default `[DONE]`. Where the stream ends without one, see `required`. */
  readonly done?: string;
  /** Whether a stream without its end mark counts as cut. Default false: many have none. */
  readonly required?: boolean;
}

/**
 * Server-sent events whose data is the text. An event of type `error` is an error.
 * @example httpDrive({ url: "/api/answer", decode: sse({ select: ({ data }) => JSON.parse(data).token }) })
 */
export function sse(options: SseOptions = {}): Decoder {
  const { select = ({ data }) => data, done = "[DONE]", required = false } = options;
  return decoder((emit) => {
    let ended = false;
    return events(
      (event) => {
        if (event.data === done) {
          ended = true;
          return;
        }
        if (event.event === "error") throw reported({ ...event }, event.data);
        const text = select(event);
        if (text) emit(text);
      },
      () => {
        if (required && !ended) throw cutShort(done);
      },
      "\n",
    );
  });
}
