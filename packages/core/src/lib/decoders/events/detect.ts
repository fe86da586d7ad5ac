import { isObject } from "../json.ts";
import { aiSdkEvent } from "./ai-sdk.ts";
import { anthropicEvent } from "./anthropic.ts";
import { FAILED, type ModelEvent } from "./model-event.ts";
import { openaiEvent } from "./openai.ts";

/**
 * Reads one event of OpenAI's, Anthropic's or the AI SDK's, told apart by its shape.
 * @returns What it says, or undefined for a value that is none of theirs.
 */
export function modelEvent(event: unknown): ModelEvent | undefined {
  if (!isObject(event)) return undefined;
  const { type, choices, object, error } = event;
  const name = typeof type === "string" ? type : "";
  // A failed tool is the model's to deal with; any other error is the answer's.
  if (error && !name.startsWith("tool-")) return FAILED;
  if (Array.isArray(choices) || name.startsWith("response.")) return openaiEvent(event);
  if (/^(?:message|content_block)_/.test(name)) return anthropicEvent(event);
  if (name) return aiSdkEvent(event);
  return typeof object === "string" ? {} : undefined;
}
