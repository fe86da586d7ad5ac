// One server of a run, in a process of its own that may be killed at any moment:
//   node server-process.ts '{"server":…,"store":…,"journal":…,"skewMs":…}'
// It sends its port on the IPC channel, answers "usage" with the resources that it uses, and ends when
// the channel closes.
import { openSync } from "node:fs";
import { flushCompileCache } from "node:module";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { anyoneWithId, createStreamServer, type StreamServerOptions } from "@twinstream/server";
import { skewClock } from "../faults/clock-skew.ts";
import { flakyStore } from "../faults/flaky-store.ts";
import { openStore, type StoreAddress } from "../store/open-store.ts";
import { createRandom } from "../util/random.ts";
import { answerPieces, checkInput, trueText } from "./answer.ts";
import { Journal } from "./journal.ts";
import { measureUsage } from "./resource-usage.ts";

/** The options of a server process. */
export interface ServerOptions {
  readonly server: string;
  readonly store: StoreAddress;
  /** The file of its journal. */
  readonly journal: string;
  /** The error of its clock, in ms. */
  readonly skewMs: number;
  /** If set, some of its calls to the store get lost. This seed decides which. */
  readonly flaky?: number;
  readonly leaseMs: number;
  readonly pendingMs: number;
  /** Replaces the server's default limits. */
  readonly limits?: StreamServerOptions["limits"];
}

const options: ServerOptions = JSON.parse(process.argv[2] ?? "");
skewClock(options.skewMs);
process.on("disconnect", () => process.exit());

process.on("message", (message) => {
  if (message === "usage") process.send?.({ usage: measureUsage() });
});

const journal = new Journal(openSync(options.journal, "a"), options.server);
const { store } = await openStore(options.store);
const streams = createStreamServer({
  store: journal.wrap(
    options.flaky === undefined ? store : flakyStore(store, createRandom(options.flaky)),
  ),
  authorize: anyoneWithId(),
  leaseMs: options.leaseMs,
  retention: { pendingMs: options.pendingMs, sweepMs: 500 },
  longPollMs: 2_000,
  ...(options.limits ? { limits: options.limits } : {}),
  flush: { maxDelayMs: 100 },
  onError: () => {},
  generate: async ({ id, input, append, signal }) => {
    journal.generated(id);
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
    // A killed process would write none of what it compiled.
    flushCompileCache();
  },
);
server.on("error", (error) => {
  throw error;
});
