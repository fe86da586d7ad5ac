/**
 * Decoders for drive responses that are not plain text.
 * @module
 */

export { aiSdk } from "./lib/decode/ai-sdk.ts";
export { anthropic } from "./lib/decode/anthropic.ts";
export { type NdjsonOptions, ndjson } from "./lib/decode/ndjson.ts";
export { openai } from "./lib/decode/openai.ts";
export { type SseOptions, sse } from "./lib/decode/sse.ts";
export { text } from "./lib/decode/text.ts";
export type { Decoder, TextDecoding } from "./lib/types.ts";
