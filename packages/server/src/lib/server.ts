import { isTerminal } from "@twinstream/core/protocol";
import { readInput } from "./body.ts";
import { HttpError, notFound, recordHeaders } from "./errors.ts";
import { readAll, runGeneration } from "./generation.ts";
import { answered, handle } from "./handler.ts";
import { createHub } from "./hub.ts";
import { isId, newId } from "./id.ts";
import { textStream } from "./live.ts";
import { type Generate, type StreamServerOptions, settings as settle } from "./options.ts";
import { Producer } from "./producer.ts";
import { streamingHeaders } from "./read.ts";
import type { StreamRecord } from "./store.ts";
import { createTails } from "./tail.ts";

/** What a platform hands to a request's handler, as far as it is used here. */
export interface RequestContext {
  readonly waitUntil?: (promise: Promise<unknown>) => void;
}

/** A stream's text and record, read at once. */
export interface StreamSnapshot extends StreamRecord {
  readonly text: string;
}

/** A server of streams: one HTTP handler, and the same steps for your own code. */
export interface Streams {
  /** Answers every route of the wire, for any framework that speaks `Request` and `Response`. Never rejects. */
  handler(request: Request, context?: RequestContext): Promise<Response>;
  /**
   * Creates a pending stream; resolves with its id. Rejects where an id that was given is taken.
   * @param options.id an id of your own: 22 to 128 of `A-Z a-z 0-9 _ -`, and hard to guess
   */
  create(options?: { readonly id?: string }): Promise<string>;
  /**
   * Drives a stream from a route of your own, after your own checks: claims it, runs `generate`
   * (by default the server's), and answers with the text as it is generated; or with a JSON error,
   * as the handler would (409 where it was claimed before). `authorize` is not asked.
   */
  drive(
    request: Request,
    id: string,
    generate?: Generate,
    context?: RequestContext,
  ): Promise<Response>;
  /** All that is stored; undefined where there is no such stream. */
  read(id: string): Promise<StreamSnapshot | undefined>;
  /** Where a stream stands; undefined where there is no such stream. */
  status(id: string): Promise<StreamRecord | undefined>;
  /** Ends a generation wherever it runs, and waits up to two seconds for its end. Undefined where there is no such stream. */
  stop(id: string): Promise<StreamRecord | undefined>;
  /** Deletes a stream, and ends its generation. False where there was none. */
  delete(id: string): Promise<boolean>;
  /** Makes run-out leases final and deletes what `retention.keepMs` no longer keeps. Runs by itself, too. */
  sweep(): Promise<number>;
  /** Ends this server: its generations are cut off with what they have (`timeout`), its followers sent away. */
  close(): Promise<void>;
}

const STOP_WAIT_MS = 2000;
const CLOSE_WAIT_MS = 5000;

/**
 * Makes a server of persistent streams.
 * @throws TypeError where an option is missing or wrong
 * @example
 * const streams = createStreamServer({
 *   store: sqliteStore({ path: "streams.db" }),
 *   authorize: capability(),
 *   generate: async ({ input, append, signal }) => append.from(model.stream(input, { signal })),
 * });
 * export const POST = streams.handler;
 */
export function createStreamServer<Input = unknown>(options: StreamServerOptions<Input>): Streams {
  // What `parseInput` returns is what `generate` takes: past this line nobody looks at it.
  const settings = settle(options as StreamServerOptions);
  const { store, limits, leaseMs, retention } = settings;
  const hub = createHub(store);
  const tails = createTails({
    store,
    hub,
    limits,
    pollMs: Math.min(5000, leaseMs / 3),
    onError: settings.onError,
  });
  const producers = new Map<Producer, Promise<unknown>>();
  let driving = 0;
  let closed = false;

  const sweeper =
    retention.sweepMs > 0 ? setInterval(() => void sweep(), retention.sweepMs) : undefined;
  // Node would stay alive for it; other runtimes have numbers for timers.
  (sweeper as { unref?: () => void } | undefined)?.unref?.();
  const sweep = () =>
    store.sweep(retention.keepMs).catch((error: unknown) => {
      settings.onError(error);
      return 0;
    });

  async function claim(id: string): Promise<Producer> {
    if (closed || driving >= limits.streams) {
      throw new HttpError(429, "too_many_streams", "The server is busy: try again soon.", {
        "Retry-After": "2",
      });
    }
    driving++;
    try {
      let producer: Producer | undefined;
      let missed = true;
      // Watched before it is claimed, so that no stop is missed.
      const watching = hub.watch(id, (change) => {
        if (change !== "control") return;
        if (producer) void producer.renew();
        else missed = true;
      });
      watching.then(
        () => {
          missed = false;
        },
        (error: unknown) => settings.onError(error, id),
      );
      const claimedAt = performance.now();
      const unwatch = () =>
        void watching.then(
          (end) => end(),
          () => {},
        );
      const claimed = await store.claim(id, leaseMs).catch((error: unknown) => {
        unwatch();
        throw error;
      });
      if (!claimed?.claimed) {
        unwatch();
        if (!claimed) throw notFound();
        throw claimedBefore(claimed.record);
      }
      producer = new Producer(
        {
          id,
          store,
          policy: settings.flush,
          leaseMs,
          limits,
          onError: (error) => settings.onError(error, id),
        },
        claimed.epoch,
        claimedAt,
      );
      const made = producer;
      const late = missed;
      void watching.then(
        (unwatch) => {
          if (late) void made.renew();
          void made.finished.then(unwatch);
        },
        () => {},
      );
      void made.finished.then(() => driving--);
      return made;
    } catch (error) {
      driving--;
      throw error;
    }
  }

  async function takeInput(request: Request, id: string): Promise<unknown> {
    try {
      const raw = await readInput(request, limits.inputBytes);
      return await settings.parseInput(raw, { id, request });
    } catch (error) {
      // Only who may still drive is told that the input is bad: the others have another problem.
      const record = await store.status(id);
      if (!record) throw notFound();
      if (record.status !== "pending") throw claimedBefore(record);
      throw badInput(error, record);
    }
  }

  async function drive(
    request: Request,
    id: string,
    generate: Generate | undefined,
    context: RequestContext | undefined,
  ): Promise<Response> {
    if (!generate) {
      throw new TypeError("drive: give `generate` to createStreamServer, or to `streams.drive`.");
    }
    const input = await takeInput(request, id);
    const producer = await claim(id);
    const running = runGeneration(settings, producer, generate, { id, input, request });
    producers.set(producer, running);
    void running.then(() => producers.delete(producer));
    const waitUntil = context?.waitUntil ?? settings.waitUntil;
    if (typeof waitUntil === "function") waitUntil.call(context, running);
    return new Response(
      textStream(producer, store, id, 0, () => {}),
      {
        headers: streamingHeaders(settings.contentType, { status: "streaming", length: 0 }, 0),
      },
    );
  }

  const streams: Streams = {
    handler: (request, context) =>
      handle(
        {
          settings,
          tails,
          streams,
          drive: (id) => drive(request, id, settings.generate, context),
        },
        request,
      ),

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
      answered(settings, request, () => drive(request, id, generate, context)),

    async read(id) {
      const text = await readAll(store, id);
      const record = text === undefined ? undefined : await store.status(id);
      return record && text !== undefined ? { ...record, text } : undefined;
    },

    status: (id) => store.status(id),

    async stop(id) {
      const record = await store.stop(id);
      if (!record || isTerminal(record.status)) return record;
      return (await ended(id)) ?? record;
    },

    delete: (id) => store.delete(id),
    sweep,

    async close() {
      closed = true;
      clearInterval(sweeper);
      for (const producer of producers.keys()) {
        void producer.cancel({ status: "timeout" }, "closed");
      }
      await within(CLOSE_WAIT_MS, Promise.all(producers.values()));
      tails.close();
      await store.close();
    },
  };

  /** The record once the stream is terminal, or as it is after a while. */
  async function ended(id: string): Promise<StreamRecord | undefined> {
    let wake = () => {};
    const unwatch = await hub.watch(id, () => wake());
    const until = performance.now() + STOP_WAIT_MS;
    try {
      for (;;) {
        const changed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const record = await store.status(id);
        const left = until - performance.now();
        if (!record || isTerminal(record.status) || left <= 0) return record;
        await within(left, changed);
      }
    } finally {
      unwatch();
    }
  }

  return streams;
}

function badInput(error: unknown, record: StreamRecord): HttpError {
  const { status, code, message, headers } =
    error instanceof HttpError
      ? error
      : new HttpError(400, "bad_input", error instanceof Error ? error.message : String(error));
  return new HttpError(status, code, message, { ...headers, ...recordHeaders(record) });
}

function claimedBefore(record: StreamRecord): HttpError {
  return new HttpError(
    409,
    "claimed",
    "The stream was driven before: read it instead.",
    recordHeaders(record),
  );
}

/** Waits for `promise`, but no longer than `ms`. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
