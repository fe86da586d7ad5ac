// One server of a run, in a process of its own that may be killed at any moment:
//   node server-process.ts '{"server":…,"store":…,"ledger":…,"skewMs":…}'
// It says on its IPC channel where it listens, answers "gauge" with what it holds, and ends when
// that channel closes.
import { openSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { capability, createStreamServer } from "@twinstream/server";
import { answerPieces, checkInput } from "./answer.ts";
import { gauge } from "./gauge.ts";
import { Ledger } from "./ledger.ts";
import { skewClock } from "./skew.ts";
import { openStore, type StoreTarget } from "./target.ts";

/** What a server process is told at its start. */
export interface ServerOptions {
  readonly server: string;
  readonly store: StoreTarget;
  /** The file that its ledger goes to. */
  readonly ledger: string;
  /** By how many ms its clock is wrong. */
  readonly skewMs: number;
  readonly leaseMs: number;
  readonly pendingMs: number;
}

const options: ServerOptions = JSON.parse(process.argv[2] ?? "");
skewClock(options.skewMs);
process.on("disconnect", () => process.exit());

process.on("message", (message) => {
  if (message === "gauge") process.send?.({ gauge: gauge() });
});

const ledger = new Ledger(openSync(options.ledger, "a"), options.server);
const { store } = await openStore(options.store);
const streams = createStreamServer({
  store: ledger.wrap(store),
  authorize: capability(),
  lease: options.leaseMs,
  retention: { pendingMs: options.pendingMs, sweepMs: 500 },
  longPollMs: 2_000,
  flush: { maxDelayMs: 100 },
  onError: () => {},
  generate: async ({ id, input, append, signal }) => {
    ledger.generated(id);
    for (const piece of answerPieces(checkInput(input))) {
      if (piece.delay > 0) await sleep(piece.delay, undefined, { signal });
      append(piece.text);
    }
  },
});

const server = serve(
  { fetch: (request) => streams.handler(request), port: 0, hostname: "127.0.0.1" },
  (address: AddressInfo) => {
    process.send?.({ port: address.port });
  },
);
server.on("error", (error) => {
  throw error;
});
