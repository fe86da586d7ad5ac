import { isTerminal } from "@twinstream/core/protocol";
import { IdTaken, NotFound } from "./errors.ts";
import { createTails } from "./follow/tails.ts";
import { waitForEnd } from "./follow/wait-for-end.ts";
import { createGenerations } from "./generation/generations.ts";
import { answer, withStatus } from "./http/answer.ts";
import { handle } from "./http/handler.ts";
import { drive } from "./http/routes/drive-route.ts";
import { checkDrive, checkFollow } from "./http/routes/own-route.ts";
import { follow } from "./http/routes/read-route.ts";
import type { StreamServerOptions } from "./options/options.ts";
import { resolveOptions } from "./options/resolve.ts";
import { checkNewStream } from "./store/new-stream.ts";
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
export function createStreamServer<Input = unknown, Context = undefined>(
  given: StreamServerOptions<Input, Context>,
): Streams<Input, Context> {
  const resolved = resolveOptions(given);
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

  /** Answers a request about a stream, in a route of the application. */
  const ofStream = (
    request: Request,
    id: string,
    creates: boolean,
    work: () => Promise<Response>,
  ) =>
    answer(options, request, async () => {
      if (!isId(id)) throw new NotFound();
      return withStatus(store, id, work, creates);
    });

  // What `parseInput` and `authorize` return is what `generate` receives: beyond here nobody looks at it.
  const streams: Streams = {
    handler: (request, platform) =>
      handle({ options, tails, generations, streams }, request, platform),

    async create(given = {}) {
      const { id = newId(), ...stream } = checkNewStream("The argument of streams.create", given);
      const { pendingMs } = retention;
      if (!(await store.create(id, { ...stream, pendingMs }))) throw new IdTaken(id);
      return id;
    },

    drive(request, given) {
      const create = checkDrive(request, given);
      const { id, generate = options.generate, input, context } = given;
      const asked = { request, id, generate, input, context, create };
      return ofStream(request, id, Boolean(create), () =>
        drive({ options, generations }, { ...asked, platform: given, needsBody: false }),
      );
    },

    follow(request, given) {
      checkFollow(request, given);
      const { id } = given;
      return ofStream(request, id, false, () => follow({ options, tails }, id, request));
    },

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
  return streams as Streams<Input, Context>;
}
