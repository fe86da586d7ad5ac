/**
 * Walks over `text` until `limit` UTF-8 bytes are passed; returns where that is, in UTF-16 units and
 * in bytes.
 */
export function walk(text: string, limit = Infinity): [units: number, bytes: number] {
  let units = 0;
  let bytes = 0;
  while (units < text.length && bytes < limit) {
    const unit = text.charCodeAt(units++);
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    // A surrogate pair is four bytes in two units.
    if ((unit & 0xfc00) === 0xd800) {
      units++;
      bytes++;
    }
  }
  return [units, bytes];
}

/** How many bytes `text` has in UTF-8. */
export const byteLength = (text: string): number => walk(text)[1];

/** `text` without a half character at its end. */
export function wholeCharacters(text: string): string {
  return (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800 ? text.slice(0, -1) : text;
}
