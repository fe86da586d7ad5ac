import type { Hub } from "../follow/hub.ts";
import { HttpError, notFound, recordHeaders } from "../http/http-error.ts";
import { streamingHeaders } from "../http/read-route.ts";
import { hadBody, readBefore, readInput } from "../http/request-body.ts";
import { textStream } from "../http/text-stream.ts";
import type { Generate } from "../options/generate.ts";
import type { PlatformContext } from "../options/platform-context.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { StreamRecord } from "../options/store.ts";
import { inTime } from "../store/store-timeout.ts";
import { timeout } from "../util/timeout.ts";
import { claim, claimedBefore } from "./claim.ts";
import type { Producer } from "./producer.ts";
import { runGeneration } from "./run-generate.ts";

const CLOSE_WAIT_MS = 5000;
const RENEW_WAIT_MS = 1000;

/** The generations of this process. */
export interface Drives {
  /**
   * Claims the stream, generates, and answers with the text as it comes. Throws what is wrong; with
   * `unread`, that includes a body that somebody else has read.
   */
  drive(
    request: Request,
    id: string,
    generate: Generate | undefined,
    context: PlatformContext | undefined,
    unread?: boolean,
  ): Promise<Response>;
  /** Cuts all of them off, stores what they have, and takes no more. */
  close(): Promise<void>;
}

export function createDrives(settings: ResolvedOptions, hub: Hub): Drives {
  const { store, limits } = settings;
  const producers = new Map<Producer, Promise<unknown>>();
  const beginnings = new Set<Promise<unknown>>();
  let driving = 0;
  let closed = false;

  /** Claims a stream where there is room for one more. */
  async function admit(id: string): Promise<Producer> {
    if (closed || driving >= limits.streams) {
      const record = await drivable(id);
      throw new HttpError(429, "too_many_streams", "The server is busy: try again soon.", {
        "Retry-After": "2",
        ...recordHeaders(record),
      });
    }
    driving++;
    try {
      const producer = await claim(settings, hub, id);
      void producer.finished.then(() => driving--);
      return producer;
    } catch (error) {
      driving--;
      throw error;
    }
  }

  /** The record of a stream that nobody has driven. Throws a 404 or 409. */
  async function drivable(id: string): Promise<StreamRecord> {
    const record = await store.status(id);
    if (!record) throw notFound();
    if (record.status !== "pending") throw claimedBefore(record);
    return record;
  }

  async function takeInput(request: Request, id: string, unread: boolean): Promise<unknown> {
    const raw = await clients(id, () => readInput(request, limits.inputBytes));
    if (unread && raw === undefined && hadBody(request)) throw readBefore();
    return clients(id, () => settings.parseInput(raw, { id, request }));
  }

  /** What is wrong is the client's to mend; but only who may still drive is told: the others have another problem. */
  async function clients(id: string, step: () => unknown): Promise<unknown> {
    try {
      return await step();
    } catch (error) {
      throw badInput(error, await drivable(id));
    }
  }

  /** Claims the stream, and begins to generate. */
  async function begin(
    request: Request,
    id: string,
    input: unknown,
    generate: Generate,
    context: PlatformContext | undefined,
  ): Promise<Producer> {
    const producer = await admit(id);
    if (closed) void producer.cancel({ status: "timeout" }, "closed");
    const running = runGeneration(settings, producer, generate, { id, input, request });
    producers.set(producer, running);
    void running.then(() => producers.delete(producer));
    const waitUntil = context?.waitUntil ?? settings.waitUntil;
    try {
      if (typeof waitUntil === "function") waitUntil.call(context, running);
    } catch (error) {
      settings.onError(error, id);
    }
    return producer;
  }

  return {
    async drive(request, id, generate, context, unread = false) {
      if (!generate) {
        throw new TypeError("drive: give `generate` to createStreamServer, or to `streams.drive`.");
      }
      if (unread && request.bodyUsed) throw readBefore();
      const input = await takeInput(request, id, unread);
      const beginning = begin(request, id, input, generate, context);
      beginnings.add(beginning);
      const begun = () => beginnings.delete(beginning);
      beginning.then(begun, begun);
      // Nobody may hear any more how a late claim went; one that was granted is generated all the same.
      const producer = await inTime(settings.storeTimeoutMs, beginning);
      return new Response(
        textStream(producer, store, id, 0, () => {}),
        {
          headers: streamingHeaders(settings.contentType, { status: "streaming", length: 0 }, 0),
        },
      );
    },

    async close() {
      closed = true;
      for (const producer of producers.keys()) {
        // A stop may be stored that has not been heard of here: it is what the stream ends by.
        const heard = timeout(RENEW_WAIT_MS, producer.renew());
        void heard.then(() => producer.cancel({ status: "timeout" }, "closed"));
      }
      const ended = Promise.allSettled(beginnings).then(() => Promise.all(producers.values()));
      await timeout(CLOSE_WAIT_MS, ended);
    },
  };
}

function badInput(error: unknown, record: StreamRecord): HttpError {
  const shown =
    error instanceof HttpError
      ? error
      : new HttpError(400, "bad_input", error instanceof Error ? error.message : String(error));
  return shown.with(recordHeaders(record));
}
