import { type Json, string } from "../json.ts";
import { FAILED, type ModelEvent } from "./model-event.ts";

/**
 * Reads one event of Anthropic's message stream.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export function anthropicEvent(event: Json): ModelEvent {
  const { type, delta, content_block: block } = event;
  switch (type) {
    case "content_block_start":
      return string(block, "type") === "text" ? { text: string(block, "text") } : {};
    case "content_block_delta":
      return string(delta, "type") === "text_delta" ? { text: string(delta, "text") } : {};
    case "message_delta":
      return stop(delta as Json);
    case "message_stop":
      return { ends: true };
    case "error":
      return FAILED;
    default:
      return {};
  }
}

function stop(delta: Json): ModelEvent {
  switch (string(delta, "stop_reason")) {
    case "refusal":
      return { failure: { code: "refusal", message: string(delta.stop_details, "explanation") } };
    // The limit that the request gave, or the model's own.
    case "max_tokens":
    case "model_context_window_exceeded":
      return { reason: "length" };
    default:
      return {};
  }
}
