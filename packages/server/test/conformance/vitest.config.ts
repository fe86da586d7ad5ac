import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { sourceAlias } from "../../../../vitest.base.ts";

const suite = /@durable-streams[\\/]server-conformance-tests/;

// The suite imports the vitest that it depends on. It is given the one that runs it instead, by way
// of `select.ts`, which leaves out what is not about reading.
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
    name: "conformance",
    include: ["packages/server/test/conformance/*.suite.ts"],
    testTimeout: 60_000,
    // A group that is left out whole is empty; the command counts what passed.
    passWithNoTests: true,
    server: { deps: { inline: [suite] } },
  },
});
