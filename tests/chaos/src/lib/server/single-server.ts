import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StoreAddress } from "../store/open-store.ts";
import type { AnswerInput } from "./answer.ts";
import type { ResourceUsage } from "./resource-usage.ts";
import { ServerPool } from "./server-pool.ts";
import type { ServerOptions } from "./server-process.ts";

/** One server in a process of its own. */
export interface SingleServer {
  readonly port: number;
  /** The URL of its streams. */
  readonly url: string;
  /** The server's last output, if it has ended by itself. */
  readonly crash: string | undefined;
  create(): Promise<string>;
  drive(id: string, input: AnswerInput): Promise<Response>;
  /** The resources that the server uses now. */
  usage(): Promise<ResourceUsage>;
  /** The resources that it uses once they have stopped changing. */
  settledUsage(): Promise<ResourceUsage>;
  close(): Promise<void>;
}

/** The options of `startSingleServer`. */
export interface SingleServerOptions {
  /** Replaces the server's default limits. */
  readonly limits?: ServerOptions["limits"];
  /** The store (default: SQLite, in a folder that is removed with the server). */
  readonly store?: StoreAddress;
}

/** Starts one server. Its leases and pending times are long, so that only the test ends a stream. */
export async function startSingleServer({
  limits,
  store,
}: SingleServerOptions = {}): Promise<SingleServer> {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-server-"));
  let crash: string | undefined;
  const options: ServerOptions = {
    server: "single",
    store: store ?? { name: "sqlite", at: join(folder, "streams.db") },
    journal: join(folder, "journal.jsonl"),
    skewMs: 0,
    leaseMs: 15_000,
    pendingMs: 600_000,
    ...(limits ? { limits } : {}),
  };
  const pool = new ServerPool([options], (_server, output) => {
    crash = output || "it printed nothing";
  });
  await pool.start(0);
  const port = pool.nextPort();
  if (port === undefined) throw new Error(`The server did not start. It printed:\n${crash}`);
  const url = `http://127.0.0.1:${port}/api/streams`;
  return {
    port,
    url,
    get crash() {
      return crash;
    },
    async create() {
      const response = await fetch(url, { method: "POST" });
      return ((await response.json()) as { id: string }).id;
    },
    drive: (id, input) =>
      fetch(`${url}/${id}/drive`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(input),
      }),
    usage: () => pool.usage(0),
    async settledUsage() {
      let last = await pool.usage(0);
      for (let quiet = 0, looks = 0; quiet < 3 && looks < 100; looks += 1) {
        await sleep(200);
        const next = await pool.usage(0);
        quiet = next.files === last.files && next.heap <= last.heap + 2 ** 16 ? quiet + 1 : 0;
        last = next;
      }
      return last;
    },
    async close() {
      await pool.killAll();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
