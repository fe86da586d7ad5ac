import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ResourceUsage } from "./resource-usage.ts";
import type { ServerOptions } from "./server-process.ts";

// Children read the workspace's sources, so that no run attacks a stale build.
const sources = pathToFileURL(join(import.meta.dirname, "../../../../harness/src/sources.ts")).href;
const program = join(import.meta.dirname, "server-process.ts");

// A run starts many of these processes. Node keeps what it compiled here, by the sources' content, so that
// no start compiles the same sources again.
const compiled = join(import.meta.dirname, "../../../node_modules/.cache/compiled");

// A paused server does not notice that this process has ended: it would stay forever.
const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

interface PoolServer {
  readonly options: ServerOptions;
  child?: ChildProcess;
  port?: number;
  /** Resolves when the process has ended. */
  ended?: Promise<unknown>;
}

/** The server processes of a run. */
export class ServerPool {
  readonly #servers: PoolServer[];
  readonly #onCrash: (server: string, output: string) => void;
  #next = 0;

  /** @param onCrash called with the name and the last output of a server that ended by itself */
  constructor(
    options: readonly ServerOptions[],
    onCrash: (server: string, output: string) => void,
  ) {
    this.#servers = options.map((option) => ({ options: option }));
    this.#onCrash = onCrash;
  }

  /** Starts one server. Resolves when it listens. */
  async start(index: number): Promise<void> {
    const server = this.#servers[index]!;
    if (server.child) return;
    const child = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        "--expose-gc",
        // In MB. V8 keeps the memory that its young objects once needed, and that would hide a leak.
        "--max-semi-space-size=8",
        `--import=${sources}`,
        program,
        JSON.stringify(server.options),
      ],
      {
        env: { ...process.env, NODE_COMPILE_CACHE: compiled },
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      },
    );
    let output = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output = `${output}${text}`.slice(-4_000);
    });
    alive.add(child);
    server.child = child;
    server.ended = once(child, "close").then(([, signal]) => {
      alive.delete(child);
      if (signal !== "SIGKILL") this.#onCrash(server.options.server, output);
      if (server.child !== child) return;
      server.child = undefined;
      server.port = undefined;
    });
    const [message] = await Promise.race([
      once(child, "message") as Promise<[{ port: number }]>,
      server.ended.then(() => [undefined] as const),
    ]);
    if (message && server.child === child) server.port = message.port;
  }

  /** Ends a server as a power cut would: it gets no chance to finish anything. */
  async kill(index: number): Promise<void> {
    const server = this.#servers[index]!;
    server.port = undefined;
    server.child?.kill("SIGKILL");
    await server.ended;
  }

  pause(index: number): void {
    this.#servers[index]!.child?.kill("SIGSTOP");
  }

  resume(index: number): void {
    this.#servers[index]!.child?.kill("SIGCONT");
  }

  /** Asks a server for the resources that it uses. */
  async usage(index: number): Promise<ResourceUsage> {
    const child = this.#servers[index]!.child!;
    child.send("usage");
    const [message] = await once(child, "message");
    return message.usage;
  }

  /** Returns the port of the next server, each in turn; undefined if none is up. */
  nextPort(): number | undefined {
    for (let tried = 0; tried < this.#servers.length; tried += 1) {
      const port = this.#servers[this.#next++ % this.#servers.length]?.port;
      if (port !== undefined) return port;
    }
    return undefined;
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#servers.map((_, index) => this.kill(index)));
  }
}
