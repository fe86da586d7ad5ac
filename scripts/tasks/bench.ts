// Measures Twinstream beside its peers: `npm run bench`, or `npm run bench -- --only NAME`.
import { build } from "../lib/build.ts";
import { runNode } from "../lib/process.ts";

await build();
const { code } = await runNode("bench/src/main.ts", process.argv.slice(2));
process.exitCode = code;
