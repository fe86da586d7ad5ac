import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Part } from "./parts.ts";
import { root, runNode } from "./process.ts";
import { type Counts, readClosingLine, vitest } from "./suite.ts";

type PartName = "chromium" | "redis" | "postgres";

/** A suite that `npm test` runs. */
export interface Suite {
  readonly name: string;
  /** The real parts that it needs. */
  readonly parts: readonly PartName[];
  /** Whether it runs without them too, and skips by itself what needs them. */
  readonly partly?: boolean;
  run(available: Record<PartName, Part>): Promise<Counts>;
}

/** A suite that is a command of its own: its counts are its closing line's. */
function command(
  name: string,
  options: { args?: readonly string[]; parts?: readonly PartName[]; partly?: boolean } = {},
): Suite {
  return {
    name,
    parts: options.parts ?? [],
    partly: options.partly ?? false,
    async run() {
      const task = join(root, "scripts", "tasks", `${name}.ts`);
      if (!existsSync(task)) return { passed: 0, failed: 1, skipped: 0 };
      const { code, output } = await runNode(task, options.args);
      const counts = readClosingLine(output) ?? { passed: 0, failed: 0, skipped: 0 };
      // A command that failed without saying how many is one failure, never none.
      return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
    },
  };
}

/** Every suite, the quick ones first. */
export const suites: readonly Suite[] = [
  { name: "unit", parts: ["redis", "postgres", "chromium"], partly: true, run: () => vitest([]) },
  command("proof"),
  command("conformance"),
  command("chaos", { parts: ["redis", "postgres"], partly: true }),
  command("e2e", { parts: ["chromium"] }),
  command("packed", { parts: ["chromium"], partly: true }),
];
