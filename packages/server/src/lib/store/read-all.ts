import type { Store, StreamSnapshot } from "../options/store.ts";
import { PAGE_BYTES } from "./page.ts";

/**
 * Reads the whole stored text, page by page.
 * @returns the text, and the record of the same moment; undefined if there is no such stream
 */
export async function readAll(store: Store, id: string): Promise<StreamSnapshot | undefined> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (let offset = 0; ; ) {
    const page = await store.read(id, offset, PAGE_BYTES);
    if (!page) return undefined;
    const { bytes, ...record } = page;
    text += decoder.decode(bytes, { stream: true });
    offset += bytes.length;
    if (bytes.length === 0 || offset >= page.length) return { ...record, text };
  }
}
