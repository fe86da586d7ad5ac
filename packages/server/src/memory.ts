export { type MemoryStoreOptions, memoryStore } from "./lib/memory.ts";
