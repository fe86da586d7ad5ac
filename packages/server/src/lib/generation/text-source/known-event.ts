import { type Json, type ModelEvent, modelEvent } from "@twinstream/core/events";

/** Reads one event of OpenAI's, Anthropic's or the AI SDK's. Throws a TypeError for any other object. */
export function knownEvent(event: Json): ModelEvent {
  const known = modelEvent(event);
  if (known) return known;
  const keys = Object.keys(event).join(", ") || "(none)";
  throw new TypeError(
    `append.from reads the events of OpenAI, Anthropic and the AI SDK, and was given an object with the keys ${keys}. Map the stream to strings first.`,
  );
}
