import { packedApp } from "../src/suite.ts";

packedApp({ name: "vue", template: "vue-ts", scripts: ["build"] });
