export type { Store } from "./lib/store.ts";
