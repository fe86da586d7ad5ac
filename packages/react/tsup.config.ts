import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.base.ts";

// Bundlers drop directives of the files that they merge, so it is put on top of what comes out.
export default defineConfig(packageBuild(import.meta.dirname, { banner: { js: '"use client";' } }));
