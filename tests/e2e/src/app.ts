import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const examples = join(import.meta.dirname, "..", "..", "..", "examples");

/** One request in the server's log. */
export interface Logged {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** An example app in a process of its own, with a free port and its own database. */
export interface App {
  readonly url: string;
  /** Returns every request that the server has answered so far. */
  readonly requests: () => Logged[];
  /** Returns the requests so far that drive a stream. */
  readonly drives: (id: string) => Logged[];
  /** Returns the output of the process. */
  readonly output: () => string;
  /** Kills the process with SIGKILL. */
  kill(): Promise<void>;
  /** Starts the process again with the same address and database. */
  restart(): Promise<void>;
  /** Ends the process as Ctrl-C does, and deletes its database. Resolves with its exit code. */
  close(): Promise<number | null>;
}

/**
 * Starts an example app from its built files, as a user does.
 *
 * @param name the example's folder; `server` serves the smallest apps
 * @param env further environment variables, such as `STORY_SPEED`
 */
export async function startApp(name: string, env: Record<string, string> = {}): Promise<App> {
  const folder = mkdtempSync(join(tmpdir(), `twinstream-${name}-`));
  const main = name === "server" ? "src/main.ts" : "server/main.ts";
  let child: ChildProcess;
  let output = "";
  let port = "0";
  let url = "";

  async function start(): Promise<void> {
    child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", join(examples, name, main)],
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
      mine.on("exit", (code) =>
        reject(new Error(`${name} exited with ${code}. It printed:\n${output}`)),
      );
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

  const requests = () =>
    [...output.matchAll(/^--> (\w+) (\S+) (\d+)/gm)].map((line) => ({
      method: line[1]!,
      path: line[2]!,
      status: Number(line[3]),
    }));

  await start();
  return {
    get url() {
      return url;
    },
    requests,
    drives: (id) =>
      requests().filter(
        ({ method, path }) => method === "POST" && path.split("?")[0]!.endsWith(`/${id}/drive`),
      ),
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
