import type { EndReason } from "@twinstream/core/events";
import type { Append, TextSource } from "../options/append.ts";
import { ObservedPromise } from "../util/observed-promise.ts";
import { typeName } from "../util/type-name.ts";
import type { Producer } from "./producer/producer.ts";
import { openSource } from "./text-source.ts";

/** Makes the `append` that a generation receives. */
export function createAppend(producer: Pick<Producer, "append" | "signal">): {
  readonly append: Append;
  /**
   * Call it after the generation has returned. Resolves when every source that it left being read is
   * appended. Rejects if one fails, or failed before and nobody observed it.
   */
  returned(): Promise<void>;
  /** Why the answer that was read to its end last ended, if not as its model meant it to. */
  reason(): EndReason | undefined;
} {
  const readings = new Set<Reading>();
  let reason: EndReason | undefined;
  const append = (text: string) => {
    if (typeof text !== "string") {
      throw new TypeError(
        `append takes a string, but received ${typeName(text)}. Use append.from for a stream.`,
      );
    }
    return producer.append(text);
  };
  const from = (source: TextSource | PromiseLike<TextSource>) => {
    const done = appendFrom(source, append, producer.signal).then((why) => {
      reason = why;
    });
    const given = new ObservedPromise<void>((resolve) => resolve(done));
    const reading = { done, given, failed: false };
    readings.add(reading);
    done.then(
      () => readings.delete(reading),
      () => {
        reading.failed = true;
      },
    );
    return given;
  };
  return {
    append: Object.assign(append, { from }),
    async returned() {
      const left = [...readings].filter(({ failed, given }) => !failed || !given.observed);
      await Promise.all(left.map(({ done }) => done));
    },
    reason: () => reason,
  };
}

/** A source that is being read, or that failed. */
interface Reading {
  readonly done: Promise<void>;
  /** The promise that the generation received. */
  readonly given: ObservedPromise<void>;
  failed: boolean;
}

async function appendFrom(
  source: TextSource | PromiseLike<TextSource>,
  append: (text: string) => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<EndReason | undefined> {
  let cancel = () => {};
  let stop = () => {};
  // A model may be silent for long: a stop does not wait for its next word.
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      cancel();
      reject(signal.reason);
    };
  });
  const read = async () => {
    const reading = openSource(await source);
    cancel = reading.cancel;
    if (!signal.aborted) return reading.run(append);
    cancel();
    return undefined;
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([read(), stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
