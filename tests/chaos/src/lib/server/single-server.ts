import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StoreTarget } from "../store/open-store.ts";
import type { AnswerInput } from "./answer.ts";
import type { Gauge } from "./resource-usage.ts";
import { Fleet } from "./server-pool.ts";
import type { ServerOptions } from "./server-process.ts";

/** One server in a process of its own. */
export interface Single {
  readonly port: number;
  /** Where its streams are. */
  readonly url: string;
  /** The last words of the server, where it has ended by itself. */
  readonly crash: string | undefined;
  create(): Promise<string>;
  drive(id: string, input: AnswerInput): Promise<Response>;
  /** What the server holds now. */
  gauge(): Promise<Gauge>;
  /** What it holds once it has come to rest. */
  rest(): Promise<Gauge>;
  close(): Promise<void>;
}

/** What `startSingle` starts. */
export interface SingleOptions {
  /** Other limits than the server's own. */
  readonly limits?: ServerOptions["limits"];
  /** Default: SQLite, in a folder that goes with the server. */
  readonly store?: StoreTarget;
}

/** Starts a server; leases and pending times are long, so that nothing but the test ends a stream. */
export async function startSingle({ limits, store }: SingleOptions = {}): Promise<Single> {
  const folder = await mkdtemp(join(tmpdir(), "twinstream-server-"));
  let crash: string | undefined;
  const options: ServerOptions = {
    server: "single",
    store: store ?? { name: "sqlite", at: join(folder, "streams.db") },
    ledger: join(folder, "ledger.jsonl"),
    skewMs: 0,
    leaseMs: 15_000,
    pendingMs: 600_000,
    ...(limits ? { limits } : {}),
  };
  const fleet = new Fleet([options], (_server, output) => {
    crash = output || "it said nothing";
  });
  await fleet.start(0);
  const port = fleet.nextPort();
  if (port === undefined) throw new Error(`The server does not start:\n${crash}`);
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
    gauge: () => fleet.gauge(0),
    async rest() {
      let last = await fleet.gauge(0);
      for (let quiet = 0, looks = 0; quiet < 3 && looks < 100; looks += 1) {
        await sleep(200);
        const next = await fleet.gauge(0);
        quiet = next.files === last.files && next.heap <= last.heap + 2 ** 16 ? quiet + 1 : 0;
        last = next;
      }
      return last;
    },
    async close() {
      await fleet.killAll();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
