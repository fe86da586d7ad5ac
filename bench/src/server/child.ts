// Runs a server under test in a process of its own.
import { answer } from "../run/child.ts";
import { bare } from "./bare.ts";
import { durable } from "./durable.ts";
import { insert } from "./insert.ts";
import { resumable } from "./resumable.ts";
import type { Address, Pace, Server, ServerOptions } from "./server.ts";
import { twinstream } from "./twinstream.ts";

const implementations: Record<string, (options: ServerOptions) => Promise<Server>> = {
  bare: () => bare(),
  insert,
  "durable-producer": (options) => durable(options, { awaited: false, files: true }),
  "durable-append": (options) => durable(options, { awaited: true, files: true }),
  "durable-memory": (options) => durable(options, { awaited: true, files: false }),
  resumable,
  ...Object.fromEntries(
    ["memory", "sqlite", "postgres", "redis"].map((store) => [
      store,
      (options: ServerOptions) => twinstream(store, options),
    ]),
  ),
};

/** A request to the server's process. */
export type ServerRequest =
  | { readonly type: "open"; readonly implementation: string; readonly options: ServerOptions }
  /** Creates streams, and returns where to drive and follow them. */
  | { readonly type: "prepare"; readonly count: number; readonly pace: Pace }
  /** Returns the CPU time of the process so far, in ms. */
  | { readonly type: "cpu" }
  /**
   * Collects garbage, and returns the bytes of the JavaScript heap and its buffers. That discards
   * compiled code too: do not time anything right after it.
   */
  | { readonly type: "memory" }
  | { readonly type: "close" };

/** One stream of a run. */
export interface Prepared {
  readonly drive: Address;
  readonly follow: Address;
  /** Whether the answer to the drive is the text. If not, the driver follows too. */
  readonly answersWithText: boolean;
}

let server: Server;

answer(async (request: ServerRequest): Promise<unknown> => {
  switch (request.type) {
    case "open":
      server = await implementations[request.implementation]!(request.options);
      return;
    case "prepare": {
      const ids = await server.prepare(request.count);
      return ids.map((id): Prepared => {
        const drive = server.drive(id, request.pace);
        const follow = server.follow(id);
        return { drive, follow, answersWithText: drive.port === follow.port };
      });
    }
    case "cpu": {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    }
    case "memory": {
      globalThis.gc?.();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    }
    case "close":
      return server.close();
  }
});
