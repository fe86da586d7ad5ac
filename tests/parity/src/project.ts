import { join } from "node:path";
import type { ViteUserConfig } from "vitest/config";
import { packageTests } from "../../../vitest.base.ts";
import { frameworks } from "./frameworks.ts";

/** Configures the parity suite for the versions of the frameworks that are installed in `folder`. */
export function parityTests(name: string, folder: string): ViteUserConfig {
  return packageTests(name, {
    root: folder,
    plugins: frameworks(folder, "browser"),
    resolve: { conditions: ["browser", "development"] },
    define: {
      __VUE_OPTIONS_API__: true,
      __VUE_PROD_DEVTOOLS__: false,
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: true,
    },
    oxc: { jsx: { runtime: "automatic" } },
    test: {
      environment: join(import.meta.dirname, "environment.ts"),
      dir: folder,
      globalSetup: join(folder, "test/setup.ts"),
      // Inlined, so that the conditions above choose their browser builds. Node itself would not.
      server: { deps: { inline: [/svelte/, /esm-env/, /solid-js/, /[\\/]@?vue[\\/]/] } },
    },
  });
}
