import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const examples = join(import.meta.dirname, "..", "..", "..", "examples");

/** One request, as the server logged it. */
export interface Logged {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** An example app that runs in a process of its own, on a free port and a database of its own. */
export interface App {
  readonly url: string;
  /** Every request that the server has answered so far. */
  readonly requests: () => Logged[];
  /** What the process printed. */
  readonly output: () => string;
  /** Ends the process with SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Starts it again, at the same address and with the same database. */
  restart(): Promise<void>;
  /** Ends it as Ctrl-C does, and deletes its database; resolves with its exit code. */
  close(): Promise<number | null>;
}

/**
 * Starts an example app as people do, from its built files.
 *
 * @param name the example's folder
 * @param env its environment, such as `STORY_SPEED`
 */
export async function startApp(name: string, env: Record<string, string> = {}): Promise<App> {
  const folder = mkdtempSync(join(tmpdir(), `twinstream-${name}-`));
  let child: ChildProcess;
  let output = "";
  let port = "0";
  let url = "";

  async function start(): Promise<void> {
    child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", join(examples, name, "server", "main.ts")],
      {
        env: {
          ...process.env,
          STREAMS_DB: join(folder, "streams.db"),
          LOG: "requests",
          NO_COLOR: "1",
          ...env,
          PORT: port,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const mine = child;
    const from = output.length;
    const ready = new Promise<string>((resolve, reject) => {
      const read = (text: string) => {
        output += text;
        const found = /^ready (\S+)$/m.exec(output.slice(from));
        if (found?.[1]) resolve(found[1]);
      };
      mine.stdout!.setEncoding("utf8").on("data", read);
      mine.stderr!.setEncoding("utf8").on("data", read);
      mine.on("exit", (code) => reject(new Error(`${name} ended with ${code}:\n${output}`)));
    });
    url = await ready;
    port = new URL(url).port;
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, "exit");
    child.kill(signal);
    return (await exit)[0];
  }

  await start();
  return {
    get url() {
      return url;
    },
    requests: () =>
      [...output.matchAll(/^--> (\w+) (\S+) (\d+)/gm)].map((line) => ({
        method: line[1]!,
        path: line[2]!,
        status: Number(line[3]),
      })),
    output: () => output,
    kill: async () => void (await end("SIGKILL")),
    restart: start,
    async close() {
      const code = await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}
