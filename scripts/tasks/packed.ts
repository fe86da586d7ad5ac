// What a stranger gets: each packed tarball in a fresh project outside the workspace, from the
// framework's own Vite template and with a lockfile of its own, typed, built, and run in Chromium.
// `npm run packed -- react vue` runs some of them.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "../../tests/harness/src/chromium.ts";
import { browse } from "../lib/browse.ts";
import { build } from "../lib/build.ts";
import { packAll } from "../lib/packed.ts";
import { parts } from "../lib/parts.ts";
import { buildServer, buildStranger, strangers, typePlain } from "../lib/stranger.ts";
import { close } from "../lib/suite.ts";

const only = process.argv.slice(2);
const chosen = strangers.filter(({ name }) => only.length === 0 || only.includes(name));
if (chosen.length === 0) {
  console.error(`There are: ${strangers.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}

const start = performance.now();
const { chromium } = parts();
let passed = 0;
let failed = 0;
let skipped = 0;

/** Runs a step and tells how it went; false where it failed. */
async function step(name: string, run: () => Promise<string[]>): Promise<boolean> {
  const begun = performance.now();
  const problems = await run().catch((error: Error) => [error.message]);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (problems.length === 0) passed += 1;
  else failed += 1;
  console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
  for (const problem of problems) console.log(`     ${problem}`);
  return problems.length === 0;
}

/** The port that the server prints once it listens. */
function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    server.stdout?.once("data", (line) => resolve(Number(line)));
    server.once("exit", (code) => reject(new Error(`The packed server ended with code ${code}.`)));
  });
}

await build();
const folder = await mkdtemp(join(tmpdir(), "twinstream-packed-"));
let server: ChildProcess | undefined;
try {
  const tarballs = await packAll(folder);
  const file = await buildServer(tarballs, folder);
  await step("core, server, convex: typed in a fresh project", async () => {
    await typePlain(tarballs, folder);
    return [];
  });
  const built: string[] = [];
  for (const stranger of chosen) {
    const ok = await step(
      `${stranger.name}: a fresh ${stranger.template} project builds`,
      async () => {
        await buildStranger(stranger, tarballs, folder);
        return [];
      },
    );
    if (ok) built.push(stranger.name);
  }
  if (!chromium.found) {
    skipped = built.length;
    console.log(`SKIPPED for want of ${chromium.name}. To enable it: ${chromium.enable}`);
  } else {
    server = spawn(process.execPath, [file, folder], { stdio: ["ignore", "pipe", "inherit"] });
    const port = await portOf(server);
    const browser = await launchChromium();
    for (const name of built) {
      await step(`${name}: one answer driven and followed in Chromium`, () =>
        browse(browser, `http://127.0.0.1:${port}/${name}/`),
      );
    }
    await browser.close();
  }
} finally {
  server?.kill();
  await rm(folder, { recursive: true, force: true });
}

console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`);
close({ passed, failed, skipped });
