import { byteLength } from "../text/utf8.ts";
import type { StreamRequest } from "../types.ts";

/**
 * Reads a response's text piece by piece: the one reader of both flows. Pieces are whole characters;
 * a character that the end cuts off is left out.
 * @param response an answer in UTF-8 whose body can be read piece by piece
 * @param request the request; its `alive` is called for each chunk
 * @param piece receives each piece, with its length in UTF-8 bytes
 * @throws {TypeError} if the bytes are not UTF-8
 */
export async function readText(
  response: Response,
  { alive }: Pick<StreamRequest, "alive">,
  piece: (delta: string, bytes: number) => void,
): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  // `fatal`, since a replacement character would take more bytes than what it replaces.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The bytes that were received, and are in no piece yet. */
  let held = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    held += value.length;
    // Throws at what is not UTF-8: a broken answer counts as a broken connection.
    const delta = decoder.decode(value, { stream: true });
    if (delta) {
      // After an ASCII byte the decoder holds nothing back: all that was received is in the piece.
      const bytes = value[value.length - 1]! < 0x80 ? held : byteLength(delta);
      held -= bytes;
      piece(delta, bytes);
    }
  }
}
