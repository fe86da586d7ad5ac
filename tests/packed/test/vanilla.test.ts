import { packedApp } from "../src/suite.ts";

packedApp({ name: "vanilla", template: "vanilla-ts", scripts: ["build"] });
