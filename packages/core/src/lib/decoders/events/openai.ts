import type { Decoder } from "../../types.ts";
import { decoder } from "../decoder.ts";
import { events } from "../framing/events.ts";
import { cutShort, isObject, type Json, parseObject, reported, string } from "../json.ts";

/**
 * OpenAI's streams, and those of the many servers that speak like it: chat completions (the first
 * choice's content) and responses (their output text), told apart by themselves; completions too. A
 * refusal is text, as it is for the reader. An error in the stream, a failed response and a content filter's cut are errors.
 * @example httpDrive({ url: "/v1/chat/completions", decode: openai() })
 */
export function openai(): Decoder {
  return decoder((emit) => {
    let ended = false;
    return events(
      ({ event: name, data }) => {
        if (data === "[DONE]") {
          ended = true;
          return;
        }
        const event = parseObject(data);
        if (event.error || name === "error") {
          throw reported(event, errorMessage(event) ?? string(event, "message"));
        }
        const step = typeof event.type === "string" ? response(event) : chat(event);
        if (step.text) emit(step.text);
        if (step.failure !== undefined) throw reported(event, step.failure);
        ended ||= step.ended === true;
      },
      () => {
        if (!ended) throw cutShort("[DONE]");
      },
    );
  });
}

interface Step {
  readonly text?: string;
  readonly ended?: boolean;
  readonly failure?: string;
}

const FILTERED = "A content filter cut the answer.";

/** One `chat.completion.chunk`. Its last ones may have no choice, or no content. */
function chat(event: Json): Step {
  const choices = Array.isArray(event.choices) ? event.choices : [];
  const first = choices.find((choice) => isObject(choice) && (choice.index ?? 0) === 0);
  if (!isObject(first)) return {};
  const text =
    contentOf(first.delta) + (string(first.delta, "refusal") ?? string(first, "text") ?? "");
  if (first.finish_reason === "content_filter") return { text, failure: FILTERED };
  // Routers say by it that the model behind them failed.
  if (first.finish_reason === "error") return { text, failure: "" };
  return { text, ended: typeof first.finish_reason === "string" };
}

/** A delta's text: a string, or (from models that think aloud) a list of parts. */
function contentOf(delta: unknown): string {
  const content = isObject(delta) ? delta.content : undefined;
  if (!Array.isArray(content)) return string(delta, "content") ?? "";
  return content.map((part) => string(part, "text") ?? "").join("");
}

/** One event of a responses stream. */
function response(event: Json): Step {
  switch (event.type) {
    case "response.output_text.delta":
    case "response.refusal.delta":
      return { text: string(event, "delta") };
    case "response.completed":
      return { ended: true };
    case "response.incomplete": {
      const details = isObject(event.response) ? event.response.incomplete_details : undefined;
      // The limit of tokens ends an answer, as `finish_reason: "length"` does in a chat.
      return string(details, "reason") === "content_filter"
        ? { failure: FILTERED }
        : { ended: true };
    }
    case "response.failed":
      return { failure: errorMessage(event.response) ?? "" };
    case "error":
      return { failure: string(event, "message") ?? "" };
    default:
      return {};
  }
}

function errorMessage(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  return string(value, "error") ?? string(value.error, "message");
}
