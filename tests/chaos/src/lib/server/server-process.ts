// One server of a run, in a process of its own that may be killed at any moment:
//   node server-process.ts '{"server":…,"store":…,"ledger":…,"skewMs":…}'
// It says on its IPC channel where it listens, answers "gauge" with what it holds, and ends when
// that channel closes.
import { openSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { anyoneWithId, createStreamServer, type StreamServerOptions } from "@twinstream/server";
import { skewClock } from "../faults/clock-skew.ts";
import { flaky } from "../faults/flaky-store.ts";
import { openStore, type StoreTarget } from "../store/open-store.ts";
import { createRandom } from "../util/random.ts";
import { answerPieces, checkInput, trueText } from "./answer.ts";
import { Ledger } from "./journal.ts";
import { gauge } from "./resource-usage.ts";

/** What a server process is told at its start. */
export interface ServerOptions {
  readonly server: string;
  readonly store: StoreTarget;
  /** The file that its ledger goes to. */
  readonly ledger: string;
  /** By how many ms its clock is wrong. */
  readonly skewMs: number;
  /** Where given: its calls to the store get lost now and then, decided from this seed. */
  readonly flaky?: number;
  readonly leaseMs: number;
  readonly pendingMs: number;
  /** Other limits than the server's own. */
  readonly limits?: StreamServerOptions["limits"];
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
  store: ledger.wrap(
    options.flaky === undefined ? store : flaky(store, createRandom(options.flaky)),
  ),
  authorize: anyoneWithId(),
  lease: options.leaseMs,
  retention: { pendingMs: options.pendingMs, sweepMs: 500 },
  longPollMs: 2_000,
  ...(options.limits ? { limits: options.limits } : {}),
  flush: { maxDelayMs: 100 },
  onError: () => {},
  generate: async ({ id, input, append, signal }) => {
    ledger.generated(id);
    const asked = checkInput(input);
    if (asked.bytes) {
      const text = trueText(asked);
      const size = Buffer.byteLength(text);
      for (let bytes = 0; bytes < asked.bytes; bytes += size) {
        await sleep(asked.pace, undefined, { signal });
        await append(text);
      }
      return;
    }
    for (const piece of answerPieces(asked)) {
      if (piece.delay > 0) await sleep(piece.delay, undefined, { signal });
      await append(piece.text);
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
