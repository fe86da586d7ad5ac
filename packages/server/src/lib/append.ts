import type { Producer } from "./producer.ts";

/** What text can come from. */
export type TextSource =
  | AsyncIterable<unknown>
  | ReadableStream<unknown>
  | Response
  | PromiseLike<AsyncIterable<unknown> | ReadableStream<unknown> | Response>;

/**
 * Adds text to the stream. The driver is sent it at once; it is stored in batches, which nothing
 * here waits for. Await it in a loop that waits for nothing else. Throws an `AbortError` once the
 * stream was stopped, lost or ended.
 * @example append("Hello");
 */
export interface Append {
  (text: string): Promise<void> | undefined;
  /**
   * Appends all that a source gives; resolves when it ends, rejects when it fails or the stream ends.
   * @example await append.from(fetch(url, { signal }));
   */
  from(source: TextSource): Promise<void>;
}

/** The `append` that a generation is given. */
export function createAppend(producer: Producer): Append {
  const append = (text: string) => {
    if (typeof text !== "string") {
      throw new TypeError(
        `append takes a string, and was given ${describe(text)}. See append.from.`,
      );
    }
    return producer.append(text);
  };
  return Object.assign(append, {
    async from(source: TextSource) {
      const iterable = await readable(await source);
      for await (const chunk of iterable) await append(chunk);
    },
  });
}

async function readable(
  source: AsyncIterable<unknown> | ReadableStream<unknown> | Response,
): Promise<AsyncIterable<string>> {
  const stream = source instanceof Response ? body(source) : source;
  return texts(stream as AsyncIterable<unknown>);
}

function body(response: Response): ReadableStream<unknown> {
  if (!response.ok)
    throw new Error(`append.from was given a response of status ${response.status}.`);
  return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
}

async function* texts(source: AsyncIterable<unknown>): AsyncIterable<string> {
  // A byte order mark is text too.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const chunk of source) {
    if (typeof chunk === "string") yield chunk;
    else if (chunk instanceof Uint8Array) yield decoder.decode(chunk, { stream: true });
    else
      throw new TypeError(`append.from takes strings or bytes, and was given ${describe(chunk)}.`);
  }
  yield decoder.decode();
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value;
}
