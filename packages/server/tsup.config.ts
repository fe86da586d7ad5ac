import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.base.ts";

// The words of the wire are core's; they are inlined, so that a server installs nothing of the client.
export default defineConfig(
  packageBuild(import.meta.dirname, {
    // There is no "sqlite" without "node:".
    removeNodeProtocol: false,
    noExternal: ["@twinstream/core"],
    dts: { resolve: ["@twinstream/core/protocol"] },
  }),
);
