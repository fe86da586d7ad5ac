import type { Decoder } from "../../types.ts";
import { decoder } from "../decoder.ts";
import { cutShort, type Json, parseObject, reported, string } from "../json.ts";
import { lines } from "./lines.ts";

/** How lines of JSON are read. */
export interface NdjsonOptions {
  /**
   * The text of one line's object, or undefined where it has none. By default its `text`, `delta`,
   * `content` or `response`, or its `message`'s `content`, whichever is a string.
   */
  readonly select?: (value: { readonly [key: string]: unknown }) => string | undefined;
  /** Whether a line's object marks the end. By default where its `done` is true. */
  readonly done?: (value: { readonly [key: string]: unknown }) => boolean;
  /** Whether a stream without its end mark counts as cut. Default false: many have none. */
  readonly required?: boolean;
}

/**
 * Newline-delimited JSON, one object a line, as Ollama and many small servers send it. A line with an
 * `error` member is an error.
 * @example httpDrive({ url: "/api/answer", decode: ndjson({ select: (line) => line.token as string }) })
 */
export function ndjson(options: NdjsonOptions = {}): Decoder {
  const { select = usual, done = (value: Json) => value.done === true, required = false } = options;
  return decoder((emit) => {
    let ended = false;
    return lines(
      (line) => {
        const value = parseObject(line);
        if (value.error) {
          throw reported(value, string(value, "error") ?? string(value.error, "message"));
        }
        const text = select(value);
        if (text) emit(text);
        ended ||= done(value);
      },
      () => {
        if (required && !ended) throw cutShort("a line that is done");
      },
    );
  });
}

function usual(value: Json): string | undefined {
  for (const key of ["text", "delta", "content", "response"]) {
    const text = string(value, key);
    if (text !== undefined) return text;
  }
  return string(value.message, "content");
}
