import { packedApp } from "../src/suite.ts";

packedApp({ name: "svelte", template: "svelte-ts", scripts: ["check", "build"] });
