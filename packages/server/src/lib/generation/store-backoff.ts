import type { Backoff } from "../util/retry.ts";

/** The pauses between two attempts at a store that fails, in ms. */
export const STORE_BACKOFF: Backoff = { minMs: 50, maxMs: 1000 };
