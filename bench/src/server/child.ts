// A server under test, in a process of its own: `fork("child.ts", [contender])`.
import { answer } from "../lib/child.ts";
import { bare } from "./bare.ts";
import type { Address, Pace, Server, ServerOptions } from "./contender.ts";
import { durable } from "./durable.ts";
import { insert } from "./insert.ts";
import { resumable } from "./resumable.ts";
import { twinstream } from "./twinstream.ts";

const contenders: Record<string, (options: ServerOptions) => Promise<Server>> = {
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

/** What a server's process is asked. */
export type ServerRequest =
  | { readonly type: "open"; readonly contender: string; readonly options: ServerOptions }
  /** Streams to drive, and where their readers find them. */
  | { readonly type: "prepare"; readonly count: number; readonly pace: Pace }
  /** What its process has used of the CPU so far, in ms. */
  | { readonly type: "cpu" }
  /**
   * Memory that its JavaScript holds, buffers too, in bytes, garbage collected. That takes compiled
   * code away too: nothing is timed right after it.
   */
  | { readonly type: "memory" }
  | { readonly type: "close" };

/** One stream of a run. */
export interface Prepared {
  readonly drive: Address;
  readonly follow: Address;
  /** Whether the drive's answer is the text; where it is not, the driver follows too. */
  readonly drives: boolean;
}

let server: Server;

answer(async (request: ServerRequest): Promise<unknown> => {
  switch (request.type) {
    case "open":
      server = await contenders[request.contender]!(request.options);
      return;
    case "prepare": {
      const ids = await server.prepare(request.count);
      return ids.map((id): Prepared => {
        const drive = server.drive(id, request.pace);
        const follow = server.follow(id);
        return { drive, follow, drives: drive.port === follow.port };
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
