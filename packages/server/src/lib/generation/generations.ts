import { TooManyGenerations } from "../errors.ts";
import type { Generate } from "../options/generate.ts";
import type { PlatformContext } from "../options/platform-context.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { NewStream } from "../options/store.ts";
import type { StreamEnd } from "../options/stream-end.ts";
import { withTags } from "../store/new-stream.ts";
import { inTime } from "../store/store-timeout.ts";
import { timeout } from "../util/timeout.ts";
import { type Claimed, claim, unclaimed } from "./claim.ts";
import type { Producer } from "./producer/producer.ts";
import { runGenerate } from "./run-generate.ts";

const CLOSE_WAIT_MS = 5000;
const RENEW_WAIT_MS = 1000;

/** The end of what was generated when its server closed. */
const DEPLOY: StreamEnd = { status: "timeout", reason: "deploy" };

/** A generation to begin. */
export interface Generation extends PlatformContext {
  readonly id: string;
  readonly input: unknown;
  /** What the application knows of the request. */
  readonly context: unknown;
  /** If given, the stream is made if it is not there. */
  readonly create?: NewStream | undefined;
  readonly request: Request;
  readonly generate: Generate<unknown, unknown>;
}

/** The generations of this process. */
export interface Generations {
  /**
   * Claims a stream, and begins to generate.
   * @returns the stream's producer, whose text grows from now on
   * @throws NotFound, AlreadyClaimed, TooManyGenerations, or what the store fails with
   */
  begin(generation: Generation): Promise<Producer>;
  /** Ends all generations, stores what they have, and begins no more. */
  close(): Promise<void>;
}

export function createGenerations(options: ResolvedOptions): Generations {
  const { store, limits, storeTimeoutMs, onError } = options;
  const producers = new Map<Producer, Promise<unknown>>();
  const beginnings = new Set<Promise<unknown>>();
  let count = 0;
  let closed = false;

  /** Claims a stream if there is room for one more. */
  async function admit(id: string, create: NewStream | undefined): Promise<Claimed> {
    if (closed || count >= limits.streams) {
      throw new TooManyGenerations(await unclaimed(store, id, create !== undefined));
    }
    count++;
    try {
      const claimed = await claim(options, id, create);
      void claimed.producer.finished.then(() => count--);
      return claimed;
    } catch (error) {
      count--;
      throw error;
    }
  }

  async function begin(generation: Generation): Promise<Producer> {
    const { id, input, context, request, create, generate, waitUntil } = generation;
    const { producer, tags } = await admit(id, create);
    if (closed) void producer.cancel(DEPLOY, "closed");
    const given = { id, input, context, request, ...withTags(tags) };
    const running = runGenerate(options, producer, generate, given);
    producers.set(producer, running);
    void running.then(() => producers.delete(producer));
    try {
      waitUntil?.(running);
    } catch (error) {
      onError(error, id);
    }
    return producer;
  }

  return {
    begin(generation) {
      const beginning = begin(generation);
      beginnings.add(beginning);
      const begun = () => beginnings.delete(beginning);
      beginning.then(begun, begun);
      // A claim that comes too late for its request is generated all the same.
      return inTime(storeTimeoutMs, beginning);
    },

    async close() {
      closed = true;
      for (const producer of producers.keys()) {
        // A stop may be stored that this process has not seen yet: then the stream ends as `stopped`.
        const renewed = timeout(RENEW_WAIT_MS, producer.renew());
        void renewed.then(() => producer.cancel(DEPLOY, "closed"));
      }
      const ended = Promise.allSettled(beginnings).then(() => Promise.all(producers.values()));
      await timeout(CLOSE_WAIT_MS, ended);
    },
  };
}
