import { type Json, string } from "../json.ts";
import { FAILED, FILTERED, type ModelEvent } from "./model-event.ts";

/**
 * Reads one part of the AI SDK's streams: of a UI message stream, or of `fullStream`.
 * @see https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
 */
export function aiSdkEvent(event: Json): ModelEvent {
  switch (event.type) {
    case "text-delta":
      // A UI message stream says `delta`, `fullStream` says `text`.
      return { text: string(event, "delta") ?? string(event, "text") };
    case "finish":
      // The streams say it plainly, a language model itself gives its provider's reason beside it.
      return finish(string(event, "finishReason") ?? string(event.finishReason, "unified"));
    case "error":
      return FAILED;
    case "abort":
      return { failure: { code: "generation", message: abortMessage(event) } };
    default:
      return {};
  }
}

function finish(reason: string | undefined): ModelEvent {
  switch (reason) {
    case "content-filter":
      return FILTERED;
    case "error":
      return FAILED;
    case "interrupted":
      return { failure: { code: "generation", message: "The model's stream broke off." } };
    case "length":
      return { ends: true, reason };
    default:
      return { ends: true };
  }
}

const abortMessage = (event: Json) => string(event, "reason") ?? "The generation was aborted.";
