import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { vi } from "vitest";
import type { ServerEvent, ServerOptions } from "./server-messages.ts";

/** A server in a process of its own. */
export interface ServerChild {
  /** Where its streams are, `http://…/api/streams`. */
  readonly url: string;
  readonly events: readonly ServerEvent[];
  /** Resolves once it has reported this event of the stream. */
  reported(event: ServerEvent["event"], id: string): Promise<void>;
  /** How many bytes of the stream its store has confirmed. */
  confirmed(id: string): number;
  signal(signal: NodeJS.Signals): void;
  /** Ends it, if it has not ended. */
  end(): Promise<void>;
}

const sources = join(import.meta.dirname, "../../../../tests/harness/src/sources.ts");

/** Starts one, straight from the sources. */
export async function startServer(options: ServerOptions): Promise<ServerChild> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--import",
      sources,
      join(import.meta.dirname, "server-process.ts"),
      JSON.stringify(options),
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  const events: ServerEvent[] = [];
  createInterface({ input: child.stdout! }).on("line", (line) => events.push(JSON.parse(line)));
  const find = (event: string) => events.find((each) => each.event === event);
  const wait = { timeout: 30_000, interval: 5 };
  await vi.waitFor(() => {
    if (!find("listening")) throw new Error("the server process does not listen yet");
  }, wait);
  const listening = find("listening") as Extract<ServerEvent, { event: "listening" }>;
  return {
    url: listening.url,
    events,
    reported: (event, id) =>
      vi.waitFor(() => {
        if (!events.some((each) => each.event === event && "id" in each && each.id === id)) {
          throw new Error(`the server has not reported "${event}" yet`);
        }
      }, wait),
    confirmed: (id) =>
      events.reduce(
        (most, each) =>
          each.event === "confirmed" && each.id === id ? Math.max(most, each.length) : most,
        0,
      ),
    signal: (signal) => child.kill(signal),
    async end() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await exited;
    },
  };
}
