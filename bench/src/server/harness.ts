import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "../run/child.ts";
import type { Prepared, ServerRequest } from "./child.ts";
import type { LoadRequest, LoadResult, Reader } from "./load.ts";
import type { Pace, ServerOptions } from "./server.ts";

const here = (file: string) => join(import.meta.dirname, file);

/** A server under test and its readers, each in a process of its own. */
export interface ServerHarness {
  prepare(count: number, pace: Pace): Promise<Prepared[]>;
  load(request: LoadRequest): Promise<LoadResult>;
  /** The server's CPU time so far, in ms. */
  cpu(): Promise<number>;
  /** The server's memory, in bytes. */
  memory(): Promise<number>;
  end(): Promise<void>;
}

/**
 * Starts a server and its readers.
 *
 * @param implementation which server: a name in child.ts
 * @param options how to start it. Its folder is made here, and removed at the end
 */
export async function startServerHarness(
  implementation: string,
  options: Partial<ServerOptions> = {},
): Promise<ServerHarness> {
  const folder = mkdtempSync(join(tmpdir(), "twinstream-bench-"));
  const server = start(here("child.ts"), [], ["--expose-gc"]);
  const load = start(here("load.ts"));
  const ask = <T>(request: ServerRequest) => server.ask<T>(request);
  await ask({ type: "open", implementation, options: { flush: "default", ...options, folder } });
  return {
    prepare: (count, pace) => ask({ type: "prepare", count, pace }),
    load: (request) => load.ask(request),
    cpu: () => ask({ type: "cpu" }),
    memory: () => ask({ type: "memory" }),
    async end() {
      await ask({ type: "close" });
      await Promise.all([server.end(), load.end()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes readers that drive streams. If the answer to the drive is not the text, a follower reads it. */
export function drivers(streams: readonly Prepared[], due?: Reader["due"]): Reader[] {
  return streams.flatMap((stream): Reader[] =>
    stream.answersWithText
      ? [{ address: stream.drive, due }]
      : [
          { address: stream.follow, due },
          { address: stream.drive, only: "answer" },
        ],
  );
}
