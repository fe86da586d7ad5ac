/**
 * A source of text: an async iterable or a `ReadableStream` of strings, UTF-8 bytes or a model
 * client's chunks, or a `Response`.
 */
export type TextSource = AsyncIterable<unknown> | ReadableStream<unknown> | Response;

/** Adds text to a stream that is being generated. */
export interface Append {
  /**
   * Adds text. The driver receives it at once; the store receives it in batches, which `append`
   * does not wait for. Await the result in a loop that awaits nothing else: it lets the event loop
   * run, and slows you down while the store is behind.
   * @param text any string; CR and CRLF become LF
   * @returns a promise if you should wait before the next call; otherwise undefined
   * @throws GenerationEnded (its `name` is `AbortError`) after the stream was stopped, lost or ended
   * @throws TypeError if `text` is not a string
   * @example append("Hello");
   */
  (text: string): Promise<void> | undefined;
  /**
   * Appends all text of a source: strings, UTF-8 bytes, or the events of OpenAI's, Anthropic's and
   * the AI SDK's streams, as objects or as server-sent events. Of a model's events it takes the text;
   * reasoning, tools and sources are left out. A `Response` of the type `application/x-ndjson` is
   * read as Ollama's lines of JSON. If the limit of tokens cut the answer that was read last, the stream
   * ends as `done` with the reason `length`. The server waits for `append.from` even if you don't `await` it.
   * @param source the source, or a promise of it
   * @returns a promise that resolves at the source's end
   * @throws ModelError if a content filter cut the answer (code `content_filter`), the model refused
   * (`refusal`; the message is the model's words, which are not appended), or the model failed or its
   * stream broke off or cannot be read (`generation`). The text before it stays. If `generate` does
   * not catch it, the stream ends in `error` with that code
   * @throws what the source fails with; GenerationEnded (an `AbortError`) as soon as the stream is
   * stopped or lost, after the source was cancelled
   * @example await append.from(streamText({ model, prompt, abortSignal: signal }).textStream);
   * @example await append.from(fetch(url, { signal }));
   */
  from(source: TextSource | PromiseLike<TextSource>): Promise<void>;
}
