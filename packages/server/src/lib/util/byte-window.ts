/**
 * The recent part of a growing text, as bytes at their offsets. A reader keeps an offset and no
 * buffer of its own, so a thousand stalled readers cost as much as one.
 */
export class ByteWindow {
  /** Offset of the first byte that is still here. */
  start: number;
  /** Offset after the last byte. */
  end: number;
  #chunks: { start: number; bytes: Uint8Array }[] = [];

  constructor(offset: number) {
    this.start = offset;
    this.end = offset;
  }

  /** Adds bytes at the end. They are kept as they are, so do not change them afterwards. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push({ start: this.end, bytes });
    this.end += bytes.length;
  }

  /**
   * Returns the bytes from `from` up to `to`. If one pushed chunk has them all, the result is a
   * view of it and not a copy.
   */
  slice(from: number, to: number): Uint8Array {
    let at = this.#find(from);
    const first = this.#chunks[at];
    if (!first) return new Uint8Array(0);
    if (to <= first.start + first.bytes.length) {
      return first.bytes.subarray(from - first.start, to - first.start);
    }
    const out = new Uint8Array(to - from);
    let filled = 0;
    while (filled < out.length) {
      const chunk = this.#chunks[at++]!;
      const begin = from + filled - chunk.start;
      const part = chunk.bytes.subarray(begin, begin + out.length - filled);
      out.set(part, filled);
      filled += part.length;
    }
    return out;
  }

  /** Like `slice`, but also keeps these bytes as one chunk: a chunk per token would cost more than its text. */
  join(from: number, to: number): Uint8Array {
    const bytes = this.slice(from, to);
    const first = this.#find(from);
    const last = this.#find(to - 1);
    const head = this.#chunks[first];
    const tail = this.#chunks[last];
    if (!head || !tail) return bytes;
    const joined = [{ start: from, bytes }];
    if (head.start < from) {
      joined.unshift({ start: head.start, bytes: head.bytes.subarray(0, from - head.start) });
    }
    if (tail.start + tail.bytes.length > to) {
      joined.push({ start: to, bytes: tail.bytes.subarray(to - tail.start) });
    }
    this.#chunks.splice(first, last - first + 1, ...joined);
    return bytes;
  }

  /** Drops whole chunks before `offset`. */
  dropBefore(offset: number): void {
    let count = 0;
    while (count < this.#chunks.length) {
      const chunk = this.#chunks[count]!;
      if (chunk.start + chunk.bytes.length > offset) break;
      count++;
    }
    if (count === 0) return;
    this.#chunks.splice(0, count);
    this.start = this.#chunks[0]?.start ?? this.end;
  }

  #find(offset: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle]!;
      if (chunk.start + chunk.bytes.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
