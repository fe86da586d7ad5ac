/**
 * Streams in the memory of one process, for tests and trials.
 * @module
 */

export { type MemoryStoreOptions, memoryStore } from "./lib/store/memory/store.ts";
