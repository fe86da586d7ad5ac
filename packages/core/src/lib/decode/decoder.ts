/** What decodes one response. It lives as long as that response. */
export interface Decoding {
  /**
   * Takes the next bytes of the response, cut anywhere, and emits the text that they complete.
   * @throws {StreamError} `generation` where the stream reports an error of its own, `protocol` where
   * it is malformed; the text before that was emitted.
   */
  push(chunk: Uint8Array): void;
  /**
   * The response ended cleanly. True where the format's own end mark was seen, so that the text is
   * known to be whole; false where the format has none.
   * @throws {StreamError} `network` where the format has an end mark and it is missing.
   */
  end(): boolean;
}

/**
 * Makes text of a drive response that is not plain text: `emit` is called with each piece, in order.
 * @example drive: httpDrive({ url: "/api/chat", decode: openai() })
 */
export type Decoder = (emit: (text: string) => void) => Decoding;
