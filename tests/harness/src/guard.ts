// Runs one engine for a test process, and ends it with that process. When the standard input closes, the
// guard stops the engine and removes its folder.
//
//   node guard.ts '{"command":…,"args":[…],"folder":…,"uid":…,"gid":…,"stopSignal":"SIGTERM"}'
//
// Lines in: `start`, `kill` (SIGKILL, to it and its children). Lines out: `started`, `exited`.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";

export interface GuardOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The engine's working folder, which is removed at the end. */
  readonly folder: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal: NodeJS.Signals;
}

const options: GuardOptions = JSON.parse(process.argv[2] ?? "");
let engine: ChildProcess | undefined;

function start(): void {
  const child = spawn(options.command, options.args, {
    cwd: options.folder,
    uid: options.uid,
    gid: options.gid,
    stdio: ["ignore", 2, 2],
  });
  engine = child;
  const ended = () => {
    if (engine !== child) return;
    engine = undefined;
    console.log("exited");
  };
  child.on("error", (error) => {
    console.error(error.message);
    ended();
  });
  child.on("exit", ended);
  child.on("spawn", () => console.log("started"));
}

/** Kills all processes of the engine: those of Postgres outlive its main process for a while, and answer. */
function kill(): void {
  const pid = engine?.pid;
  if (pid === undefined) return;
  // A stopped process starts no new ones.
  process.kill(pid, "SIGSTOP");
  const all = execFileSync("ps", ["-A", "-o", "ppid=,pid="], { encoding: "utf8" });
  for (const [, parent, child] of all.matchAll(/(\d+) +(\d+)/g)) {
    if (Number(parent) !== pid) continue;
    try {
      process.kill(Number(child), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  engine?.kill("SIGKILL");
}

function end(): void {
  const finish = () => {
    rmSync(options.folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  };
  if (!engine) {
    finish();
    return;
  }
  engine.on("exit", finish);
  engine.kill(options.stopSignal);
  setTimeout(() => engine?.kill("SIGKILL"), 5_000);
}

// A Ctrl-C in the terminal reaches this process too, but the test process decides when to end.
process.on("SIGINT", () => {});
process.stdout.on("error", () => {});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (line === "start") start();
    if (line === "kill") kill();
  })
  .on("close", end);
