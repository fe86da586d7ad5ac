export { type ConvexClientLike, convexSource } from "./lib/convex-source.ts";
export type { GetStreamBody, PersistedBody, PersistedStatus } from "./lib/persisted-body.ts";
