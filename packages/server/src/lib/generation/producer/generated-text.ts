import type { LiveText } from "../../follow/live-text.ts";
import { ByteWindow } from "../../util/byte-window.ts";
import { createTextNormalizer } from "../../util/normalize-text.ts";
import { characterBoundary } from "../../util/utf8.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text of one generation, as bytes at their offsets. The driver reads it here, before it is
 * stored, as far as it was shown.
 */
export class GeneratedText implements LiveText {
  readonly window = new ByteWindow(0);
  closed = false;
  /** Whether text was cut off at the limit. */
  full = false;
  readonly #maxBytes: number;
  readonly #normalizer = createTextNormalizer();
  readonly #readers = new Set<() => void>();
  // How far readers may read.
  #shown = 0;

  /** @param maxBytes the longest text, in bytes */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get end(): number {
    return this.#shown;
  }

  subscribe(changed: () => void): () => void {
    this.#readers.add(changed);
    return () => this.#readers.delete(changed);
  }

  /**
   * Adds a piece: normalised, and cut at the limit.
   * @returns what was added; a CR or half a character at the end waits for the next piece
   */
  push(piece: string): string {
    return piece === "" ? "" : this.#push(this.#normalizer.push(piece));
  }

  /**
   * Adds the last piece.
   * @param cut whether the generation was cut off: then no half of a character is kept
   */
  pushLast(piece: string, cut: boolean): string {
    return this.#push(this.#normalizer.push(piece) + this.#normalizer.end(cut));
  }

  #push(text: string): string {
    if (text === "") return "";
    const room = this.#maxBytes - this.window.end;
    const all = encoder.encode(text);
    if (all.length <= room) {
      this.window.push(all);
      return text;
    }
    this.full = true;
    const bytes = all.subarray(0, characterBoundary(all, room));
    this.window.push(bytes);
    return decoder.decode(bytes);
  }

  /** Lets readers read all that there is. */
  show(): void {
    if (this.#shown === this.window.end) return;
    this.#shown = this.window.end;
    this.#notify();
  }

  /** No more text will come. */
  close(): void {
    this.closed = true;
    this.#notify();
  }

  #notify(): void {
    for (const reader of this.#readers) reader();
  }
}
