import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { GuardOptions } from "./guard.ts";

/** A real database server, which a test started or got by its URL. */
export interface Engine {
  readonly url: string;
  /** False if the engine was given by its URL. Then a test cannot kill or start it. */
  readonly own: boolean;
  /** Kills it with SIGKILL. Its files stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port and files. Resolves when it answers. */
  start(): Promise<void>;
  /** Ends it and removes its files. If the test process dies first, the guard does this. */
  stop(): Promise<void>;
}

/** Wraps an engine that runs already. The tests use it and leave it running. */
export function givenEngine(url: string): Engine {
  const refuse = async () => {
    throw new Error(
      `The engine at ${new URL(url).host} was given by its URL, so that tests cannot end it. Unset the URL to let the tests start their own`,
    );
  };
  return { url, own: false, kill: refuse, start: refuse, stop: async () => {} };
}

/** Returns a port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string")
    throw new Error(`The system gave no port but ${address}`);
  return address.port;
}

interface EngineOptions extends GuardOptions {
  readonly url: string;
  /** Rejects while the engine does not answer. */
  readonly probe: () => Promise<unknown>;
}

/** Starts an engine under a guard, which ends it with this process. */
export async function startEngine({ url, probe, ...options }: EngineOptions): Promise<Engine> {
  const guard = new Guard(options);
  try {
    await guard.start(probe);
  } catch (error) {
    await guard.stop();
    throw error;
  }
  return {
    url,
    own: true,
    kill: () => guard.kill(),
    start: () => guard.start(probe),
    stop: () => guard.stop(),
  };
}

class Guard {
  readonly #process: ChildProcess;
  readonly #options: GuardOptions;
  #log = "";
  #running = false;
  #change: () => void = () => {};

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#process = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        join(import.meta.dirname, "guard.ts"),
        JSON.stringify(options),
      ],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    this.#process.stderr?.on("data", (chunk) => {
      this.#log = `${this.#log}${chunk}`.slice(-4_000);
    });
    createInterface({ input: this.#process.stdout! }).on("line", (line) => {
      this.#running = line === "started";
      this.#change();
    });
    this.#process.on("exit", () => {
      this.#running = false;
      this.#change();
    });
  }

  /** Starts the engine. Starts it again if it ended at once, because its port or files were not free yet. */
  async start(probe: () => Promise<unknown>): Promise<void> {
    const deadline = performance.now() + 60_000;
    await this.#send("start", true);
    let last: unknown;
    while (performance.now() < deadline) {
      try {
        await probe();
        if (this.#running) return;
        last = "another server answers on its port";
      } catch (error) {
        last = error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (!this.#running) await this.#send("start", true);
    }
    throw new Error(`${this.#options.command} does not answer: ${last}\n${this.#log}`);
  }

  async kill(): Promise<void> {
    if (this.#running) await this.#send("kill", false);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.stdin?.end();
    await exited;
  }

  #send(line: string, running: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#change = () => {
        if (this.#process.exitCode !== null) reject(new Error(`The guard ended:\n${this.#log}`));
        else if (this.#running === running || line === "start") resolve();
      };
      this.#process.stdin?.write(`${line}\n`);
    });
  }
}
