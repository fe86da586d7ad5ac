import { defineConfig } from "vitest/config";

// Not called vitest.config.ts: the tests need packed packages, which `npm run packed` makes first.
export default defineConfig({
  test: {
    name: "packed",
    reporters: ["default", "./tests/harness/src/closing-line.ts"],
    include: ["tests/packed/test/**/*.test.ts"],
    globalSetup: "tests/packed/src/setup.ts",
    // Two projects at a time: npm's installs wait for the registry.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
