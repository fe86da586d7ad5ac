/** The values of a source, one at a time. */
export interface Values {
  next(): Promise<{ done?: boolean; value?: unknown }>;
  /** Cancels the source, also one that is silent. Never throws. */
  cancel(): void;
}

export function streamValues(stream: ReadableStream<unknown>): Values {
  const reader = stream.getReader();
  return {
    next: () => reader.read(),
    cancel: () => void reader.cancel().catch(() => {}),
  };
}

export function iterableValues(iterable: AsyncIterable<unknown>): Values {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    // Not awaited: it may wait for the source's next value.
    cancel: () => void (async () => iterator.return?.())().catch(() => {}),
  };
}
