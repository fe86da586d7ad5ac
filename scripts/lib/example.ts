import { join } from "node:path";
import { bin, root, runNode } from "./process.ts";

/** Builds the pages of an example with Vite; throws where that fails. */
export async function buildExample(name: string): Promise<void> {
  const { code, output } = await runNode(
    bin("vite", "bin/vite.js"),
    ["build", "--logLevel", "warn"],
    { cwd: join(root, "examples", name), show: false },
  );
  if (code !== 0) throw new Error(`The example ${name} does not build:\n${output}`);
}
