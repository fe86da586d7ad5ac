import { check } from "../../options/check.ts";
import type { Decoder } from "../../types.ts";
import { decoder, type Framing } from "../decoder.ts";
import type { EndReason } from "../events/model-event.ts";
import { brokenOff, reported } from "../failure.ts";
import { type Json, parseObject, string } from "../json.ts";
import { lines } from "./lines.ts";

/** How `ndjson` reads its lines. */
export interface NdjsonOptions {
  /**
   * Returns the text of one line's object, or undefined if it has none. Default: the first string
   * of its `text`, `delta`, `content`, `response`, and its `message`'s `content`.
   */
  readonly select?: (value: { readonly [key: string]: unknown }) => string | undefined;
  /** Whether a line's object marks the end. Default: its `done` is true. */
  readonly done?: (value: { readonly [key: string]: unknown }) => boolean;
  /** Whether a stream without its end mark counts as cut. Default: false, since many have none. */
  readonly required?: boolean;
}

/**
 * Reads newline-delimited JSON, one object a line, as Ollama and many small servers send it. A line
 * with an `error` member is an error with the code `generation`.
 * @param options How the lines are read. The defaults fit Ollama.
 * @throws {TypeError} if an option is unknown or wrong
 * @returns A decoder for `httpDrive`.
 * @example httpDrive({ url: "/api/answer", decode: ndjson({ select: (line) => line.token as string }) })
 * @see https://github.com/ndjson/ndjson-spec
 */
export function ndjson(options: NdjsonOptions = {}): Decoder {
  check("ndjson", options, { select: "a function", done: "a function", required: "a boolean" });
  return decoder((emit) => jsonLines(emit, options));
}

/**
 * Reads the lines of one response.
 * @param emit Receives the answer's text, piece by piece.
 * @param options As for `ndjson`.
 * @returns A framing; its `reason` says why the answer ended, if not as its model meant it to.
 */
export function jsonLines(
  emit: (text: string) => void,
  {
    select = usual,
    done = (value: Json) => value.done === true,
    required = false,
  }: NdjsonOptions = {},
): Framing & { readonly reason: EndReason | undefined } {
  let ended = false;
  let reason: EndReason | undefined;
  const { push, end } = lines(
    (line) => {
      const value = parseObject(line);
      if (value.error) throw reported("generation", value);
      const text = select(value);
      if (text) emit(text);
      ended ||= done(value);
      // Ollama's word for its limit of tokens.
      if (value.done_reason === "length") reason = "length";
    },
    () => {
      if (required && !ended) throw brokenOff("line that is done");
    },
  );
  return {
    push,
    end,
    get reason() {
      return reason;
    },
  };
}

function usual(value: Json): string | undefined {
  for (const key of ["text", "delta", "content", "response"]) {
    const text = string(value, key);
    if (text !== undefined) return text;
  }
  return string(value.message, "content");
}
