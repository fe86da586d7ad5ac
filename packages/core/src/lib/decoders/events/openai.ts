import { isObject, type Json, string } from "../json.ts";
import { FAILED, FILTERED, type ModelEvent } from "./model-event.ts";

/**
 * Reads one event of OpenAI's: a chunk of a chat completion or a completion, or an event of a response.
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function openaiEvent(event: Json): ModelEvent {
  if (event.error) return FAILED;
  return typeof event.type === "string" ? responseEvent(event) : chunk(event);
}

/** One `chat.completion.chunk`. The last ones may have no choice, or no content. */
function chunk({ choices }: Json): ModelEvent {
  const first = Array.isArray(choices)
    ? choices.find((choice) => isObject(choice) && (choice.index ?? 0) === 0)
    : undefined;
  if (!isObject(first)) return {};
  const { delta, finish_reason: reason } = first;
  const text = partsOf(delta, "text") ?? string(delta, "content") ?? string(first, "text");
  if (reason === "content_filter") return { ...FILTERED, text };
  // Routers use it for a failure of the model behind them.
  if (reason === "error") return { ...FAILED, text };
  const refusal = partsOf(delta, "refusal") ?? string(delta, "refusal");
  return {
    text,
    refusal,
    ends: typeof reason === "string",
    reason: reason === "length" ? reason : undefined,
  };
}

/** The text or the refusal of a delta whose content is a list of parts, as from models that think aloud. */
function partsOf(delta: unknown, key: "text" | "refusal"): string | undefined {
  const content = isObject(delta) ? delta.content : undefined;
  if (!Array.isArray(content)) return undefined;
  return content.map((part) => string(part, key) ?? "").join("");
}

/** One event of a responses stream. */
function responseEvent(event: Json): ModelEvent {
  const response = isObject(event.response) ? event.response : {};
  switch (event.type) {
    case "response.output_text.delta":
      return { text: string(event, "delta") };
    case "response.refusal.delta":
      return { refusal: string(event, "delta") };
    case "response.completed":
      return { ends: true };
    case "response.incomplete":
      return incomplete(string(response.incomplete_details, "reason"));
    case "response.failed":
      return { failure: { code: "generation", message: string(response.error, "message") } };
    case "error":
      return FAILED;
    default:
      return {};
  }
}

/** The limit of tokens ends an answer, as `finish_reason: "length"` does in a chat. */
function incomplete(reason: string | undefined): ModelEvent {
  if (reason === "content_filter") return FILTERED;
  return { ends: true, reason: reason === "max_output_tokens" ? "length" : undefined };
}
