/** Header names of the wire. All of them are the Durable Streams protocol's, except `status` and `error`, which are ours. */
export const HEADERS = {
  /** The stream's status; on every answer about a stream. */
  status: "Stream-Status",
  /** Why a stream ended in `error`: a short code. */
  error: "Stream-Error",
  /** The offset to read from next. */
  nextOffset: "Stream-Next-Offset",
  /** `true` once the stream is terminal and its end was reached. */
  closed: "Stream-Closed",
  /** `true` where the answer reaches the end of what is stored. */
  upToDate: "Stream-Up-To-Date",
  /** Echoed by long-poll clients, so that caches tell polls apart. */
  cursor: "Stream-Cursor",
} as const;
