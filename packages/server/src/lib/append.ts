import type { Producer } from "./producer.ts";
import { kind, type TextSource, textsOf } from "./source.ts";

/**
 * Adds text to the stream. The driver is sent it at once; it is stored in batches, which nothing
 * here waits for. Await it in a loop that waits for nothing else. Throws an `AbortError` once the
 * stream was stopped, lost or ended.
 * @example append("Hello");
 */
export interface Append {
  (text: string): Promise<void> | undefined;
  /**
   * Appends all that a source gives: strings, UTF-8 bytes, or the chunks of OpenAI's, Anthropic's and
   * the AI SDK's streams. Resolves when it ends; rejects when it fails, and, as soon as the stream
   * is stopped, with an `AbortError`, having left the source.
   * @example await append.from(streamText({ model, prompt, abortSignal: signal }).textStream);
   * @example await append.from(fetch(url, { signal }));
   */
  from(source: TextSource | PromiseLike<TextSource>): Promise<void>;
}

/** The `append` that a generation is given. */
export function createAppend(producer: Producer): Append {
  const append = (text: string) => {
    if (typeof text !== "string") {
      throw new TypeError(`append takes a string, and was given ${kind(text)}. See append.from.`);
    }
    return producer.append(text);
  };
  const from = async (source: TextSource | PromiseLike<TextSource>) => {
    const { signal } = producer;
    let stop = () => {};
    // A model may be silent for long: a stop does not wait for its next word.
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop);
    });
    stopped.catch(() => {});
    try {
      const texts = textsOf(await Promise.race([source, stopped]));
      try {
        for (;;) {
          const { done, value } = await Promise.race([texts.next(), stopped]);
          if (done) return;
          await append(value);
        }
      } finally {
        // Not awaited: it may wait for the source's next word.
        texts.return(undefined).catch(() => {});
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };
  return Object.assign(append, { from });
}
