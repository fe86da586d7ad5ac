import type { Append, TextSource } from "../options/append.ts";
import { ObservedPromise } from "../util/observed-promise.ts";
import { typeName } from "../util/type-name.ts";
import type { Producer } from "./producer.ts";
import { openSource } from "./text-source.ts";

/** The `append` that a generation is given. */
export function createAppend(producer: Producer): {
  readonly append: Append;
  /**
   * The generation has returned: resolves when all that it left being read is appended. Rejects
   * where that fails, or something failed before and nobody asked.
   */
  returned(): Promise<void>;
} {
  const readings = new Set<Left>();
  const append = (text: string) => {
    if (typeof text !== "string") {
      throw new TypeError(
        `append takes a string, and was given ${typeName(text)}. See append.from.`,
      );
    }
    return producer.append(text);
  };
  const from = (source: TextSource | PromiseLike<TextSource>) => {
    const done = appendFrom(source, append, producer.signal);
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
  };
}

/** A source that is being read, or that failed. */
interface Left {
  readonly done: Promise<void>;
  readonly given: ObservedPromise<void>;
  failed: boolean;
}

async function appendFrom(
  source: TextSource | PromiseLike<TextSource>,
  append: (text: string) => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<void> {
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
    if (signal.aborted) cancel();
    else await reading.run(append);
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    await Promise.race([read(), stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
