// Installs the workspace, builds what a command needs, and runs it:
//   node scripts/run.mjs [--app NAME] [--build FILTER]… [--pack] [FILE [arguments]]
//   --app NAME      install and build this example, what it depends on, and nothing else
//   --build FILTER  build these packages (a filter of pnpm's), without types
//   --pack          build the published packages with types, and pack them into .tmp/packed/
// It needs Node 20 and npm alone. FILE runs on the workspace's own Node, which reads TypeScript.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const windows = process.platform === "win32";
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What decides whether an install is still good: the lockfile and every manifest. */
function fingerprint() {
  const below = ["packages", "examples", "tests", "tests/parity"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(parent, name)),
  );
  const hash = createHash("sha256");
  for (const folder of [".", "bench", "scripts", ...below.sort()]) {
    for (const name of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"]) {
      const file = join(root, folder, name);
      if (existsSync(file)) hash.update(join(folder, name)).update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

function pnpm(args, env) {
  const options = { cwd: root, encoding: "utf8", env: { ...process.env, ...env } };
  // npx is a script on Windows, which only a shell can start. Every argument is our own.
  const { status, stdout, stderr } = spawnSync("npx", ["--yes", packageManager, ...args], {
    ...options,
    shell: windows,
  });
  if (status === 0) return;
  console.error(`${stdout}${stderr}\nThis failed: npx ${packageManager} ${args.join(" ")}`);
  process.exit(1);
}

/** Installs, unless the last install is as good. */
function install(app) {
  const marker = join(root, "node_modules", ".installed");
  const installed = existsSync(marker) ? readFileSync(marker, "utf8") : "";
  const now = fingerprint();
  if (installed === now || (app && installed === `${now} ${app}`)) return;
  console.log("Installing the workspace …");
  const only = app ? ["--filter=twinstream", `--filter-prod=${app}`] : [];
  pnpm(["install", "--frozen-lockfile", ...only]);
  writeFileSync(marker, app ? `${now} ${app}` : now);
}

const [args, filters] = [process.argv.slice(2), []];
let [app, pack] = ["", false];
for (let option = args[0]; option?.startsWith("--"); option = args[0]) {
  args.shift();
  if (option === "--pack") pack = true;
  if (option === "--app") app = `@twinstream-examples/${args.shift()}...`;
  if (option === "--build") filters.push(args.shift());
}
if (pack) filters.push("@twinstream/*");
if (app) filters.push(app);

// A suite that `npm test` runs finds everything installed and built.
if (!process.env.TWINSTREAM_BUILT) {
  install(app);
  if (filters.length > 0) {
    console.log("Building …");
    const PATH = [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);
    pnpm([...filters.map((filter) => `--filter=${filter}`), "build"], { PATH, BUILD_TYPES: pack });
  }
  if (pack) {
    const folder = join(root, ".tmp", "packed");
    rmSync(folder, { recursive: true, force: true });
    pnpm(["--recursive", "--filter=./packages/*", "pack", "--pack-destination", folder]);
  }
}

if (args.length > 0) {
  const node = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", ...args], {
    cwd: root,
    stdio: "inherit",
  });
  // Ctrl-C in a terminal reaches the child by itself. A signal to this process alone does not.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  // A signal to npm alone ends npm and its shell, and would leave this process without a parent.
  const parent = process.ppid;
  const watch = () => process.ppid !== parent && child.kill("SIGTERM");
  if (process.env.npm_lifecycle_event) setInterval(watch, 500).unref();
  child.on("exit", (code, signal) => process.exit(code ?? (/INT|TERM/.test(signal) ? 0 : 1)));
}
