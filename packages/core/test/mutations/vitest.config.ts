import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { sourceAlias } from "../../../../vitest.base.ts";
import { applyEdits, editsOfProcess, packageFolder } from "./patch.ts";

const edits = editsOfProcess();

// The unit tests of core, and React's, which hold the handles too, on this process' mutant.
export default defineConfig({
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      transform: (code, id) => applyEdits(edits, id.split("?")[0] ?? id, code),
    },
  ],
  resolve: { alias: sourceAlias },
  test: {
    root: join(packageFolder, ".."),
    include: ["core/test/**/*.test.ts", "react/test/**/*.test.ts"],
    exclude: ["core/test/proof/**", "core/test/mutations/**", "**/node_modules/**"],
    // A mutant may hang: its tests are not waited for longer than the others'.
    testTimeout: 20_000,
    bail: 1,
    // A cache of transformed modules would serve one mutant to another.
    fsModuleCache: false,
  },
});
