/**
 * How the event streams of models are read. The decoders use it, and the server inlines it for
 * `append.from`, so that one stream means the same in both.
 * @module
 */

export { type AnswerReader, answerReader, modelStream } from "./lib/decoders/answer.ts";
export type { Framing } from "./lib/decoders/decoder.ts";
export { modelEvent } from "./lib/decoders/events/detect.ts";
export type { EndReason, EventReader, ModelEvent } from "./lib/decoders/events/model-event.ts";
export { jsonLines } from "./lib/decoders/framing/ndjson.ts";
export { isObject, type Json, parseJson } from "./lib/decoders/json.ts";
export { LIMIT } from "./lib/decoders/limit.ts";
export { StreamError } from "./lib/errors.ts";
