import { defineConfig } from "vitest/config";

// Each package and example that has unit tests keeps a vitest.config.ts of its own.
export default defineConfig({
  test: {
    reporters: ["default", "./tests/harness/src/closing-line.ts"],
    projects: [
      "packages/*/vitest.config.ts",
      "examples/*/vitest.config.ts",
      "tests/*/vitest.config.ts",
      "tests/parity/lowest/vitest.config.ts",
      "bench/vitest.config.ts",
    ],
  },
});
