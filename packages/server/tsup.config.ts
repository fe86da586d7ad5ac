import { join } from "node:path";
import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.base.ts";

const protocol = join(import.meta.dirname, "../core/src/protocol.ts");

// The words of the wire are core's; they are inlined, in the types too, so that a server installs
// nothing of the client.
export default defineConfig(
  packageBuild(import.meta.dirname, {
    noExternal: ["@twinstream/core"],
    dts: { compilerOptions: { paths: { "@twinstream/core/protocol": [protocol] } } },
  }),
);
