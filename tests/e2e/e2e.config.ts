import { defineConfig } from "vitest/config";

// Not called vitest.config.ts: the stories need built apps, which `npm run e2e` makes first.
export default defineConfig({
  test: {
    reporters: ["default", "./tests/harness/src/closing-line.ts"],
    name: "e2e",
    include: ["tests/e2e/stories/**/*.test.ts"],
    // A story mostly waits: for a page to load, for an answer's next token, for a lease to run out.
    // Two files at a time fill these waits, and each has a browser, a server and a model of its own.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
