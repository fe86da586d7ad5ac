import { defineConfig } from "vitest/config";

// Not called vitest.config.ts: the stories need built apps, which `npm run e2e` makes first.
export default defineConfig({
  test: {
    name: "e2e",
    include: ["tests/e2e/stories/**/*.test.ts"],
    // One browser at a time: a story's pace should be its own.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
