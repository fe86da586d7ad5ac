import { isTerminal } from "@twinstream/core/protocol";
import { createTails } from "./follow/tails.ts";
import { waitForEnd } from "./follow/wait-for-end.ts";
import { createGenerations } from "./generation/generations.ts";
import { answer, withStatus } from "./http/answer.ts";
import { drive } from "./http/drive-route.ts";
import { handle } from "./http/handler.ts";
import type { StreamServerOptions } from "./options/options.ts";
import { resolveOptions } from "./options/resolve.ts";
import { readAll } from "./store/read-all.ts";
import { withStoreTimeout } from "./store/store-timeout.ts";
import type { Streams } from "./streams.ts";
import { isId, newId } from "./util/id.ts";

const STOP_WAIT_MS = 2000;

/**
 * Makes a server of persistent streams.
 * @param given the options; see `StreamServerOptions`
 * @returns the server: an HTTP handler, and the same steps for your own code
 * @throws TypeError that names the option, if one is missing, unknown or invalid
 * @see https://github.com/durable-streams/durable-streams for the protocol of the reads
 * @example
 * const streams = createStreamServer({
 *   store: sqliteStore({ path: "streams.db" }),
 *   authorize: anyoneWithId(),
 *   generate: async ({ input, append, signal }) => append.from(model.stream(input, { signal })),
 * });
 * export const POST = streams.handler;
 */
export function createStreamServer<Input = unknown>(given: StreamServerOptions<Input>): Streams {
  // What `parseInput` returns is what `generate` takes: beyond this line nobody looks at it.
  const resolved = resolveOptions(given as StreamServerOptions);
  const store = withStoreTimeout(resolved.store, resolved.storeTimeoutMs);
  const options = { ...resolved, store };
  const { limits, leaseMs, retention, onError } = options;
  const tails = createTails({ store, limits, pollMs: Math.min(5000, leaseMs / 3), onError });
  const generations = createGenerations(options);

  // Never rejects: an error that came out of the timer below would end the process.
  const sweep = async () => {
    try {
      return await store.sweep(retention.keepMs);
    } catch (error) {
      onError(error);
      return 0;
    }
  };
  const sweeper =
    retention.sweepMs > 0 ? setInterval(() => void sweep(), retention.sweepMs) : undefined;
  // It would keep Node alive; other runtimes have numbers for timers.
  (sweeper as { unref?: () => void } | undefined)?.unref?.();

  const streams: Streams = {
    handler: (request, platform) =>
      handle({ options, tails, generations, streams }, request, platform),

    async create({ id = newId() } = {}) {
      if (!isId(id)) {
        throw new TypeError(
          `The id "${id}" has ${id.length} characters: give 22 to 128 of A-Z a-z 0-9 _ -.`,
        );
      }
      if (!(await store.create(id, { pendingMs: retention.pendingMs }))) {
        throw new Error(`There is a stream "${id}" already: give another id, or none.`);
      }
      return id;
    },

    drive: (request, id, generate = options.generate, platform) =>
      answer(options, request, () =>
        withStatus(store, id, () =>
          drive({ options, generations }, { request, id, generate, platform, needsBody: false }),
        ),
      ),

    read: (id) => readAll(store, id),
    status: (id) => store.status(id),

    async stop(id) {
      const record = await store.stop(id);
      if (!record || isTerminal(record.status)) return record;
      return (await waitForEnd(store, id, STOP_WAIT_MS)) ?? record;
    },

    delete: (id) => store.delete(id),
    sweep,

    async close() {
      clearInterval(sweeper);
      await generations.close();
      tails.close();
      await store.close();
    },
  };
  return streams;
}
