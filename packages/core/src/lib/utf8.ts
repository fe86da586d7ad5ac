/** How many bytes `text` has in UTF-8. Each half of a surrogate pair counts two of the pair's four. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** How many UTF-16 units of `text` the first `bytes` UTF-8 bytes make; -1 where they end inside a character. */
export function unitsOf(text: string, bytes: number): number {
  let i = 0;
  while (bytes > 0 && i < text.length) {
    const unit = text.charCodeAt(i);
    const pair = unit >= 0xd800 && unit <= 0xdfff;
    bytes -= unit < 0x80 ? 1 : unit < 0x800 ? 2 : pair ? 4 : 3;
    i += pair ? 2 : 1;
  }
  return bytes ? -1 : i;
}

/** `text` without a half character at its end. */
export function wholeCharacters(text: string): string {
  return (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800 ? text.slice(0, -1) : text;
}
