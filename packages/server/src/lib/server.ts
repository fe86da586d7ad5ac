import { isTerminal } from "@twinstream/core/protocol";
import { createHub } from "./follow/hub.ts";
import { createTails } from "./follow/tail.ts";
import { terminalWithin } from "./follow/wait-for-end.ts";
import { createDrives } from "./generation/generations.ts";
import { readAll } from "./generation/run-generate.ts";
import { answered, handle, withStatus } from "./http/handler.ts";
import type { StreamServerOptions } from "./options/options.ts";
import { resolveOptions } from "./options/resolve.ts";
import { withStoreTimeout } from "./store/store-timeout.ts";
import type { Streams } from "./streams.ts";
import { isId, newId } from "./util/id.ts";

const STOP_WAIT_MS = 2000;

/**
 * Makes a server of persistent streams.
 * @throws TypeError where an option is missing or wrong
 * @example
 * const streams = createStreamServer({
 *   store: sqliteStore({ path: "streams.db" }),
 *   authorize: anyoneWithId(),
 *   generate: async ({ input, append, signal }) => append.from(model.stream(input, { signal })),
 * });
 * export const POST = streams.handler;
 */
export function createStreamServer<Input = unknown>(options: StreamServerOptions<Input>): Streams {
  // What `parseInput` returns is what `generate` takes: past this line nobody looks at it.
  const resolved = resolveOptions(options as StreamServerOptions);
  const store = withStoreTimeout(resolved.store, resolved.storeTimeoutMs);
  const settings = { ...resolved, store };
  const { limits, leaseMs, retention, onError } = settings;
  const hub = createHub(store);
  const pollMs = Math.min(5000, leaseMs / 3);
  const tails = createTails({ store, hub, limits, pollMs, onError });
  const drives = createDrives(settings, hub);

  // Whatever a store does: what came out of the timer below would end the process.
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
  // Node would stay alive for it; other runtimes have numbers for timers.
  (sweeper as { unref?: () => void } | undefined)?.unref?.();

  const streams: Streams = {
    handler(request, context) {
      const drive = (id: string) => drives.drive(request, id, settings.generate, context, true);
      return handle({ settings, tails, streams, drive }, request);
    },

    async create({ id = newId() } = {}) {
      if (!isId(id)) {
        throw new TypeError(`A stream's id is 22 to 128 of A-Z a-z 0-9 _ -; "${id}" is not.`);
      }
      if (!(await store.create(id, retention.pendingMs))) {
        throw new Error(`There is a stream "${id}" already.`);
      }
      return id;
    },

    drive: (request, id, generate = settings.generate, context) =>
      answered(settings, request, () =>
        withStatus(store, id, () => drives.drive(request, id, generate, context)),
      ),

    read: (id) => readAll(store, id),
    status: (id) => store.status(id),

    async stop(id) {
      const record = await store.stop(id);
      if (!record || isTerminal(record.status)) return record;
      return (await terminalWithin(STOP_WAIT_MS, store, hub, id)) ?? record;
    },

    delete: (id) => store.delete(id),
    sweep,

    async close() {
      clearInterval(sweeper);
      await drives.close();
      tails.close();
      await store.close();
    },
  };
  return streams;
}
