import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/**
 * A server of the release before schema 2 that is still at work on a database, with the statements
 * that it sends.
 */
export interface OldServer {
  create(id: string): Promise<boolean>;
  /** Claims a stream. Returns whether it was pending. */
  claim(id: string): Promise<boolean>;
  /** Appends to a stream that it holds, perhaps with the end. Returns whether that was written. */
  append(id: string, text: string, close?: { status: string; error?: string }): Promise<boolean>;
  delete(id: string): Promise<void>;
  /** Moves the deadline of a stream into the past. */
  lapse(id: string): Promise<void>;
  /** Notes a version of the schema that is newer than any release knows. */
  raiseVersion(): Promise<void>;
  close(): Promise<void>;
}

/** About 95 years: the lease of the streams in `databases/`. */
export const FOREVER_MS = 3e12;

/** Reads a file of `databases/`. */
export function saved(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`../databases/${name}.gz`, import.meta.url)));
}
