import { join } from "node:path";
import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.base.ts";

const source = (entry: string) => [join(import.meta.dirname, `../core/src/${entry}.ts`)];

// The words of the wire and the readers of models' events are core's. They are inlined, in the types
// too, so that a server installs nothing of the client.
export default defineConfig(
  packageBuild(import.meta.dirname, {
    noExternal: ["@twinstream/core"],
    dts: {
      compilerOptions: {
        paths: {
          "@twinstream/core/events": source("events"),
          "@twinstream/core/protocol": source("protocol"),
        },
      },
    },
  }),
);
