import { packageTests } from "../../vitest.base.ts";

export default packageTests("convex-chat", {
  // The storyteller's pace, in ms a word; a real browser on a busy machine needs its time.
  test: { env: { PACE_MS: "20" }, testTimeout: 120_000 },
});
