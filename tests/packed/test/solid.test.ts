import { packedApp } from "../src/suite.ts";

packedApp({ name: "solid", template: "solid-ts", scripts: ["build"] });
