import { bin, runNode } from "../lib/process.ts";

const { code } = await runNode(bin("@biomejs/biome", "bin/biome"), ["check", "--write", "."]);
process.exitCode = code;
