"use client";

export { type UseStreamOptions, type UseStreamResult, useStream } from "./lib/use-stream.ts";
