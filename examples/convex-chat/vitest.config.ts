import { packageTests } from "../../vitest.base.ts";

export default packageTests("convex-chat", {
  // PACE_MS is the storyteller's pace, in ms a word. The timeout allows for a browser on a busy machine.
  test: { env: { PACE_MS: "20" }, testTimeout: 120_000 },
});
