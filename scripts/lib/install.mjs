// Installs the workspace with pnpm where what is installed does not match the lockfile.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The workspace's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The pnpm that the workspace is installed with. */
export const PNPM = "pnpm@12.21.0";

const marker = join(root, "node_modules", ".installed");

/** What decides whether an install is still good: the lockfile and every manifest. */
function fingerprint() {
  const hash = createHash("sha256");
  const manifests = ["packages", "examples", "tests", "tests/parity"].flatMap((folder) => {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .sort()
      .map((name) => join(path, name, "package.json"));
  });
  for (const file of [
    ...["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json"].map((name) => join(root, name)),
    join(root, "bench", "package.json"),
    ...manifests,
  ]) {
    if (existsSync(file)) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** Runs pnpm in the workspace; returns its exit code. */
export function pnpm(args, options = {}) {
  // On Windows npx is a script, which only a shell can start; every argument is our own.
  return (
    spawnSync("npx", ["--yes", PNPM, ...args], {
      cwd: root,
      stdio: "inherit",
      shell: process.platform === "win32",
      ...options,
    }).status ?? 1
  );
}

/** Installs, unless what is installed is what the lockfile says. */
export async function install() {
  const now = fingerprint();
  if (existsSync(marker) && readFileSync(marker, "utf8") === now) return;
  console.log("Installing the workspace …");
  const code = pnpm(["install", "--frozen-lockfile", "--reporter=append-only"], {
    stdio: ["ignore", process.env.TWINSTREAM_VERBOSE ? "inherit" : "pipe", "inherit"],
  });
  if (code !== 0) {
    console.error(`The install failed. Run it by hand to see why: npx --yes ${PNPM} install`);
    process.exit(code);
  }
  writeFileSync(marker, now);
}
