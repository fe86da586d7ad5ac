/**
 * Decoders for drive responses that are not plain text.
 * @module
 */

export { aiSdk } from "./lib/decoders/events/ai-sdk.ts";
export { anthropic } from "./lib/decoders/events/anthropic.ts";
export { openai } from "./lib/decoders/events/openai.ts";
export { type NdjsonOptions, ndjson } from "./lib/decoders/framing/ndjson.ts";
export { type SseOptions, sse } from "./lib/decoders/framing/sse.ts";
export { text } from "./lib/decoders/text.ts";
export type { Decoder, TextDecoding } from "./lib/types.ts";
