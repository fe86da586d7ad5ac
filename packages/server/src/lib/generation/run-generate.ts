import type { Generate, GenerateContext } from "../options/generate.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { StreamSnapshot } from "../options/store.ts";
import type { StreamEnd } from "../options/stream-end.ts";
import { withTags } from "../store/new-stream.ts";
import { readAll } from "../store/read-all.ts";
import { retry } from "../util/retry.ts";
import { createAppend } from "./append.ts";
import { failedEnd } from "./failed-end.ts";
import type { Producer } from "./producer/producer.ts";
import { STORE_BACKOFF } from "./store-backoff.ts";
import { StreamFailure } from "./stream-failure.ts";

/**
 * Runs `generate` for a claimed stream to its end, even if nobody reads any more.
 * @returns how the stream ended, after the end was stored and `onFinish` has returned; never rejects
 */
export async function runGenerate(
  options: ResolvedOptions,
  producer: Producer,
  generate: Generate<unknown, unknown>,
  given: Omit<GenerateContext<unknown, unknown>, "append" | "signal">,
): Promise<StreamEnd | "lost"> {
  const { id, tags, context } = given;
  const { signal } = producer;
  const { append, returned, reason } = createAppend(producer);
  // A generation that ignores its signal is not waited for: a stop ends the stream without it.
  const generating = (async () => {
    try {
      await generate({ ...given, append, signal });
      await returned();
      void producer.close(doneEnd(reason()));
    } catch (error) {
      // What a generation throws because it was aborted is no error.
      if (signal.aborted) return;
      // A failure without a cause is what the application wanted.
      if (!(error instanceof StreamFailure && error.cause === undefined)) {
        options.onError(error, id);
      }
      // Aborted too: sources that it left being read, and models that have its signal, work for nobody.
      void producer.cancel(failedEnd(error), "closed");
    }
  })();
  const end = await Promise.race([producer.finished, generating.then(() => producer.finished)]);
  if (end !== "lost" && options.onFinish) {
    try {
      const stored = await readEnded(options, id);
      if (stored) {
        await options.onFinish({
          id,
          ...withTags(tags),
          text: stored.text,
          ...end,
          ...(context === undefined ? {} : { context }),
        });
      }
    } catch (error) {
      options.onError(error, id);
    }
  }
  return end;
}

/** As `readAll`. A store that fails is asked again for as long as a write would be tried again. */
function readEnded(
  { store, leaseMs, onError }: ResolvedOptions,
  id: string,
): Promise<StreamSnapshot | undefined> {
  const until = performance.now() + 2 * leaseMs;
  return retry(() => readAll(store, id), {
    ...STORE_BACKOFF,
    again: (error) => {
      if (performance.now() > until) return false;
      onError(error, id);
      return true;
    },
  });
}

const doneEnd = (reason: string | undefined): StreamEnd =>
  reason === undefined ? { status: "done" } : { status: "done", reason };
