import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Gauge } from "./resource-usage.ts";
import type { ServerOptions } from "./server-process.ts";

// Children read the workspace's sources, so that no run attacks a stale build.
const sources = pathToFileURL(join(import.meta.dirname, "../../../../harness/src/sources.ts")).href;
const program = join(import.meta.dirname, "server-process.ts");

// One that is paused would not see that this process has ended, and stay for ever.
const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

interface Member {
  readonly options: ServerOptions;
  child?: ChildProcess;
  port?: number;
  /** Resolves when the process has ended. */
  ended?: Promise<unknown>;
}

/** The server processes of a run. */
export class Fleet {
  readonly #members: Member[];
  readonly #onCrash: (server: string, output: string) => void;
  #next = 0;

  /** @param onCrash told of a server that ended by itself, and of its last words */
  constructor(
    options: readonly ServerOptions[],
    onCrash: (server: string, output: string) => void,
  ) {
    this.#members = options.map((option) => ({ options: option }));
    this.#onCrash = onCrash;
  }

  /** Starts one server; resolves when it listens. */
  async start(index: number): Promise<void> {
    const member = this.#members[index]!;
    if (member.child) return;
    const child = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        "--expose-gc",
        // In MB: what V8 once needed for what is young it keeps, and that would hide a leak.
        "--max-semi-space-size=8",
        `--import=${sources}`,
        program,
        JSON.stringify(member.options),
      ],
      { stdio: ["ignore", "ignore", "pipe", "ipc"] },
    );
    let output = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output = `${output}${text}`.slice(-4_000);
    });
    alive.add(child);
    member.child = child;
    member.ended = once(child, "close").then(([, signal]) => {
      alive.delete(child);
      if (signal !== "SIGKILL") this.#onCrash(member.options.server, output);
      if (member.child !== child) return;
      member.child = undefined;
      member.port = undefined;
    });
    const [message] = await Promise.race([
      once(child, "message") as Promise<[{ port: number }]>,
      member.ended.then(() => [undefined] as const),
    ]);
    if (message && member.child === child) member.port = message.port;
  }

  /** Ends a server as a power cut would: it gets no chance to finish anything. */
  async kill(index: number): Promise<void> {
    const member = this.#members[index]!;
    member.port = undefined;
    member.child?.kill("SIGKILL");
    await member.ended;
  }

  pause(index: number): void {
    this.#members[index]!.child?.kill("SIGSTOP");
  }

  resume(index: number): void {
    this.#members[index]!.child?.kill("SIGCONT");
  }

  /** What a server holds. */
  async gauge(index: number): Promise<Gauge> {
    const child = this.#members[index]!.child!;
    child.send("gauge");
    const [message] = await once(child, "message");
    return message.gauge;
  }

  /** The port of the server that takes the next request, each in turn; undefined where none is up. */
  nextPort(): number | undefined {
    for (let tried = 0; tried < this.#members.length; tried += 1) {
      const port = this.#members[this.#next++ % this.#members.length]?.port;
      if (port !== undefined) return port;
    }
    return undefined;
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#members.map((_, index) => this.kill(index)));
  }
}
