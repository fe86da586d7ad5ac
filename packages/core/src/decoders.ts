/**
 * Decoders for drive responses that are not plain text.
 * @module
 */

export { type NdjsonOptions, ndjson } from "./lib/decoders/framing/ndjson.ts";
export { type SseOptions, sse } from "./lib/decoders/framing/sse.ts";
export { aiSdk, anthropic, openai } from "./lib/decoders/providers.ts";
export { text } from "./lib/decoders/text.ts";
export type { Decoder, TextDecoding } from "./lib/types.ts";
