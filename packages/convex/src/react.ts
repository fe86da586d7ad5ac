"use client";

export type { UseStreamOptions } from "./lib/shared-client.ts";
export { type UseStreamResult, useStream } from "./lib/use-stream.ts";
