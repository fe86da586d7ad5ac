import { type SpawnOptions, spawn } from "node:child_process";
import { join } from "node:path";

/** The workspace's root folder. */
export const root = join(import.meta.dirname, "..", "..");

/** What a command came to. `output` is what it printed, where that was asked for. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** How a command is run. */
export interface RunOptions extends SpawnOptions {
  /** Show what it prints while it runs (default true). */
  readonly show?: boolean;
}

/** Runs a command to its end; its output is kept, and shown while it runs unless `show` is false. */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const { show = true, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      ...spawnOptions,
    });
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (show) process.stdout.write(text);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (show) process.stderr.write(text);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs a JavaScript or TypeScript file, with arguments, on the workspace's own Node. */
export function runNode(
  file: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Outcome> {
  return run(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], options);
}

/** The path of a tool's own entry, for `runNode`: `bin("typescript", "bin/tsc")`. */
export function bin(name: string, file: string): string {
  return join(root, "node_modules", name, file);
}
