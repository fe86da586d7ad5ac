import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { sourceAlias } from "../../../../vitest.base.ts";

const suite = /@durable-streams[\\/]server-conformance-tests/;

// The suite imports a vitest of its own. This replaces it by the vitest that runs the suite, through
// `select.ts`, which leaves out the tests that are not about reading.
export default defineConfig({
  plugins: [
    {
      name: "conformance:select",
      enforce: "pre",
      resolveId(source, importer) {
        if (source !== "vitest" || !importer || !suite.test(importer)) return null;
        return join(import.meta.dirname, "select.ts");
      },
    },
  ],
  resolve: { alias: sourceAlias },
  test: {
    // So many of the tests are about reading a text. Fewer means that some went missing.
    reporters: ["default", ["./tests/harness/src/closing-line.ts", { atLeast: 162 }]],
    name: "conformance",
    include: ["packages/server/test/conformance/*.suite.ts"],
    testTimeout: 60_000,
    // A group that is left out whole is empty. The reporter counts what passed.
    passWithNoTests: true,
    server: { deps: { inline: [suite] } },
  },
});
