import { EventSourceParserStream } from "eventsource-parser/stream";
import { chunkReader } from "./chunk.ts";

/** What text can come from. */
export type TextSource = AsyncIterable<unknown> | ReadableStream<unknown> | Response;

/**
 * The text of a source, piece by piece: strings as they are, bytes decoded as UTF-8, the chunks of
 * model clients by `chunkReader`, and a `Response` by its content type (server-sent events or plain text).
 */
export function textsOf(source: TextSource): AsyncGenerator<string> {
  if (isResponse(source)) return responseTexts(source);
  if (isIterable(source)) return texts(source);
  throw new TypeError(
    `append.from takes an async iterable, a ReadableStream or a Response, and was given ${kind(source)}.`,
  );
}

async function* texts(source: AsyncIterable<unknown>): AsyncGenerator<string> {
  // A byte order mark is text too.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const chunks = chunkReader();
  for await (const chunk of source) {
    if (typeof chunk === "string") yield chunk;
    else if (chunk instanceof Uint8Array) yield decoder.decode(chunk, { stream: true });
    else if (typeof chunk === "object" && chunk !== null) yield chunks.read(chunk);
    else throw new TypeError(`append.from was given ${kind(chunk)} for a piece of text.`);
  }
  yield decoder.decode();
  chunks.end();
}

async function* responseTexts(response: Response): AsyncGenerator<string> {
  if (!response.ok) {
    throw new Error(`append.from was given a response of status ${response.status}.`);
  }
  if (!response.body) return;
  if (!/^text\/event-stream/i.test(response.headers.get("content-type") ?? "")) {
    yield* texts(response.body);
    return;
  }
  const events = response.body
    .pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream());
  const chunks = chunkReader();
  for await (const { data } of events) {
    if (data === "[DONE]") return;
    yield chunks.read(JSON.parse(data) as object);
  }
  chunks.end();
}

// By its shape: an adapter may have put a Response of its own in the global's place.
function isResponse(source: unknown): source is Response {
  return typeof source === "object" && source !== null && "headers" in source && "body" in source;
}

function isIterable(source: unknown): source is AsyncIterable<unknown> {
  return typeof source === "object" && source !== null && Symbol.asyncIterator in source;
}

/** What a value is, for a message. */
export function kind(value: unknown): string {
  return value === null ? "null" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
