// 2^53 has 16 digits, so tokens of 16 digits sort as the numbers that they stand for.
const DIGITS = 16;

/**
 * The wire token of a position in the UTF-8 bytes of a text: zero-padded, so that tokens sort.
 * @param bytes a whole number from 0 to `Number.MAX_SAFE_INTEGER`
 * @returns 16 digits
 * @example formatOffset(42) // "0000000000000042"
 */
export function formatOffset(bytes: number): string {
  return String(bytes).padStart(DIGITS, "0");
}

/**
 * The position that a wire token stands for. Unpadded digits count too, so that you can type them
 * with curl.
 * @param token the token, as it came
 * @returns the position in bytes; undefined if it is not one of Twinstream's tokens
 * @example parseOffset("0000000000000042") // 42
 */
export function parseOffset(token: string): number | undefined {
  if (!/^\d{1,16}$/.test(token)) return undefined;
  const bytes = Number(token);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
