import { type ChildProcess, fork } from "node:child_process";

/** A child process that answers requests. */
export interface Child {
  ask<T>(request: unknown): Promise<T>;
  end(): Promise<void>;
}

/** The child's side: answers the parent's requests in the order in which they arrive. */
export function answer<Q, A>(handle: (request: Q) => Promise<A> | A): void {
  process.on("message", async ({ id, request }: { id: number; request: Q }) => {
    try {
      process.send!({ id, result: (await handle(request)) ?? null });
    } catch (error) {
      process.send!({ id, error: (error as Error).stack ?? String(error) });
    }
  });
  process.on("disconnect", () => process.exit());
}

/**
 * Starts a child process with `NODE_ENV=production`.
 *
 * @param file the module to run
 * @param args its arguments
 * @param flags flags for Node
 */
export function start(
  file: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Child {
  const child: ChildProcess = fork(file, args, {
    execArgv: ["--disable-warning=ExperimentalWarning", ...flags],
    env: { ...process.env, NODE_ENV: "production" },
    // Some peers log warnings to stdout. Errors are shown.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let next = 0;
  child.on("message", ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) one?.resolve(result as never);
    else one?.reject(new Error(error));
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      for (const { reject } of waiting.values()) {
        reject(new Error(`${file} ${args.join(" ")} ended unexpectedly (${code ?? signal}).`));
      }
      resolve();
    });
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting.set(++next, { resolve, reject });
        child.send({ id: next, request }, (error) => error && reject(error));
      }),
    async end() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
