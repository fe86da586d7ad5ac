import type { RequestContext } from "./types.ts";
import { byteLength } from "./utf8.ts";

/**
 * Reads a response's text, which starts at byte `offset`, piece by piece: the one reader of both
 * flows. Pieces are whole characters; a character that the end cuts off is left out. Resolves
 * with the offset that was reached.
 */
export async function readText(
  response: Response,
  offset: number,
  { alive }: RequestContext,
  piece: (delta: string, offset: number, bytes: number) => void,
): Promise<number> {
  const reader = response.body!.getReader();
  // `fatal`, since a replacement character would take more bytes than what it replaces.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let at = offset;
  let received = offset;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return at;
    alive();
    received += value.byteLength;
    // Throws at what is not UTF-8: a broken answer counts as a broken connection.
    const delta = decoder.decode(value, { stream: true });
    if (delta) {
      // After an ASCII byte the decoder holds nothing back, so all that was received is in the text.
      const to = value[value.byteLength - 1]! < 0x80 ? received : at + byteLength(delta);
      piece(delta, at, to - at);
      at = to;
    }
  }
}
