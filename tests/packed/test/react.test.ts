import { packedApp } from "../src/suite.ts";

packedApp({ name: "react", template: "react-ts", scripts: ["build"] });
