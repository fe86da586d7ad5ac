/**
 * Splits a text into pieces as small as a model's: a short word with the space before it, a few letters
 * of a longer word, single ideographs, single code points of an emoji. Joined, they are the text.
 */
export function tokens(text: string): string[] {
  return text.match(PIECE) ?? [];
}

const PIECE = / ?[\p{Letter}\p{Mark}\p{Number}]{1,6}|\s+|[\s\S]/gu;
