/** Counts the bytes of `text` in UTF-8. A lone surrogate counts as the U+FFFD that it becomes. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Whether `byte` continues a character that an earlier byte began. */
export function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Returns the last position up to `end` at which a character of `bytes` ends. */
export function characterBoundary(bytes: Uint8Array, end: number): number {
  if (end >= bytes.length) return bytes.length;
  let at = Math.max(0, end);
  while (at > 0 && isContinuation(bytes[at])) at--;
  return at;
}

/**
 * Cuts whole characters out of `bytes`.
 * @returns the longest part from `start` on that has at most `maxBytes` and ends with a whole
 * character; at least one character, even if that is longer
 */
export function cutOnCharacter(bytes: Uint8Array, start: number, maxBytes: number): Uint8Array {
  let end = characterBoundary(bytes, start + maxBytes);
  if (end > start) return bytes.subarray(start, end);
  end = start + 1;
  while (isContinuation(bytes[end])) end++;
  return bytes.subarray(start, end);
}
