import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath } from "@twinstream/harness/chromium";
import { hasPostgres, startPostgres } from "@twinstream/harness/postgres";
import { hasRedis, startRedis } from "@twinstream/harness/redis";
import type { Prepared, ServerRequest } from "../server/child.ts";
import type { Pace, ServerOptions } from "../server/contender.ts";
import type { LoadRequest, LoadResult, Reader } from "../server/load.ts";
import { start } from "./child.ts";
import type { Result } from "./figures.ts";

const here = (file: string) => join(import.meta.dirname, "..", "server", file);

/** A server under test and its readers, each in a process of its own. */
export interface Rig {
  prepare(count: number, pace: Pace): Promise<Prepared[]>;
  load(request: LoadRequest): Promise<LoadResult>;
  /** Of the server, in ms. */
  cpu(): Promise<number>;
  /** Of the server, in bytes. */
  memory(): Promise<number>;
  end(): Promise<void>;
}

export async function rig(contender: string, options: Partial<ServerOptions> = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "twinstream-bench-"));
  const server = start(here("child.ts"), [], ["--expose-gc"]);
  const load = start(here("load.ts"));
  const ask = <T>(request: ServerRequest) => server.ask<T>(request);
  await ask({ type: "open", contender, options: { flush: "default", ...options, folder } });
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

/** The readers that drive streams: where the driving request's answer is not the text, a follower reads it. */
export function drivers(streams: readonly Prepared[], due?: Reader["due"]): Reader[] {
  return streams.flatMap((stream): Reader[] =>
    stream.drives
      ? [{ address: stream.drive, due }]
      : [
          { address: stream.follow, due },
          { address: stream.drive, only: "answer" },
        ],
  );
}

/** Real engines, for servers that need one; those that are not installed are left out. */
export async function engines() {
  const redis = hasRedis() ? await startRedis() : undefined;
  // What the disk costs is part of what is measured.
  const postgres = hasPostgres() ? await startPostgres({ fsync: "on" }) : undefined;
  return {
    redis: redis?.url,
    postgres: postgres?.url,
    async stop() {
      await Promise.all([redis?.stop(), postgres?.stop()]);
    },
  };
}

/** What a benchmark that needs a browser comes to where there is none; undefined where there is one. */
export function noChromium(bench: string): Result | undefined {
  try {
    chromiumPath();
    return undefined;
  } catch (error) {
    return { figures: [], tables: [], skipped: [`${bench}: ${(error as Error).message}`] };
  }
}
