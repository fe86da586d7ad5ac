import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.base.ts";

export default defineConfig(
  packageBuild(import.meta.dirname, {
    esbuildOptions(options) {
      // Names that no user sees, and that no minifier may shorten by itself: 57 bytes of every bundle.
      options.mangleProps =
        /^(watched|failures|opened|unheard|probing|quiet|wishes|age|schedule|publish|mode|reads|whole|left|current|shut|put|hopeless)$/;
    },
  }),
);
