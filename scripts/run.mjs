// Runs one of the project's commands: `node scripts/run.mjs NAME [arguments]`.
//
// It works on a fresh clone with any Node from 20 on: it installs the workspace where needed, and
// then hands over to the workspace's own Node, which reads the tasks' TypeScript as it is.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { install, root } from "./lib/install.mjs";

const [name, ...args] = process.argv.slice(2);
const task = join(root, "scripts", "tasks", `${name}.ts`);
if (!name || !existsSync(task)) {
  console.error(`There is no command "${name ?? ""}". See the scripts in package.json.`);
  process.exit(2);
}

await install();

const node = join(
  root,
  "node_modules",
  "node",
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);
const child = spawn(
  existsSync(node) ? node : process.execPath,
  ["--disable-warning=ExperimentalWarning", task, ...args],
  {
    cwd: root,
    stdio: "inherit",
  },
);
// A terminal's Ctrl-C reaches the child by itself, a signal to this process alone does not: pass it on.
// The tasks take a second one as they take the first.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
// A signal to npm alone ends npm and its shell, and would leave this running with nobody to end it.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill("SIGTERM");
  }, 500).unref();
}
child.on("exit", (code, signal) => {
  process.exit(code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1));
});
