export { type MemoryStoreOptions, memoryStore } from "./lib/store/memory/store.ts";
