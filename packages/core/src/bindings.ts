/**
 * What the bindings for frameworks share: for a binding of your own.
 * @module
 */

export { type ClientOrOptions, followClient } from "./lib/bindings/follow-client.ts";
export { openStream } from "./lib/bindings/open-stream.ts";
export { createReading, type Reading } from "./lib/bindings/reading.ts";
export type {
  StreamControls,
  StreamFields,
  StreamView,
  UseStreamOptions,
  ViewedFields,
} from "./lib/bindings/types.ts";
