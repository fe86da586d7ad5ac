"use client";

export type { StreamOptions } from "./lib/shared.ts";
export { type UseStreamResult, useStream } from "./lib/use-stream.ts";
