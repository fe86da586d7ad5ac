export type { GetStreamBody, PersistedBody, PersistedStatus } from "./lib/body.ts";
export { type ConvexClientLike, convexSource } from "./lib/source.ts";
