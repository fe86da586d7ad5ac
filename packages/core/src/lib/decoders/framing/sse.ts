import { check } from "../../options/check.ts";
import type { Decoder } from "../../types.ts";
import { decoder } from "../decoder.ts";
import { brokenOff, reported } from "../failure.ts";
import { eventStream } from "./event-stream.ts";

/** How `sse` reads its events. */
export interface SseOptions {
  /**
   * Returns the text of one event, or undefined if it has none. Default: the event's data as it is.
   * Throw to report an error. If the data is JSON, parse it here.
   */
  readonly select?: (event: {
    readonly data: string;
    readonly event?: string;
  }) => string | undefined;
  /** Data that marks the end, and is no text. Default: `[DONE]`. If the stream ends without it, see `required`. */
  readonly done?: string;
  /** Whether a stream without its end mark counts as cut. Default: false, since many have none. */
  readonly required?: boolean;
}

/**
 * Reads server-sent events whose data is the text. An event of the type `error` is an error with
 * the code `generation`, and its data is the message.
 * @param options How the events are read.
 * @throws {TypeError} if an option is unknown or wrong
 * @returns A decoder for `httpDrive`.
 * @example httpDrive({ url: "/api/answer", decode: sse({ select: ({ data }) => JSON.parse(data).token }) })
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function sse(options: SseOptions = {}): Decoder {
  check("sse", options, { select: "a function", done: "a string", required: "a boolean" });
  const { select = ({ data }) => data, done = "[DONE]", required = false } = options;
  return decoder((emit) => {
    let ended = false;
    return eventStream(
      (event) => {
        if (event.data === done) {
          ended = true;
          return;
        }
        if (event.event === "error") throw reported("generation", { ...event }, event.data);
        const text = select(event);
        if (text) emit(text);
      },
      () => {
        if (required && !ended) throw brokenOff(done);
      },
      "\n",
    );
  });
}
