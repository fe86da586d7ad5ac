// Takes the README's pictures from the running apps.
import { join } from "node:path";
import { build } from "../lib/build.ts";
import { buildExample } from "../lib/example.ts";
import { root, runNode } from "../lib/process.ts";

await build();
for (const name of ["gallery", "chat"]) await buildExample(name);
const { code } = await runNode(join(root, "tests", "e2e", "pictures", "main.ts"));
process.exitCode = code;
