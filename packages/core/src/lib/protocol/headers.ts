/** The stream's status; on every answer about a stream. */
export const STATUS = "Stream-Status";
/** Why a stream ended in `error`: a short code. */
export const ERROR = "Stream-Error";
/** The words of that error, for people: UTF-8, percent-encoded (`encodeURIComponent`). */
export const ERROR_MESSAGE = "Stream-Error-Message";
/** Why a stream ended so, beside its status: a short word, such as `length`. */
export const REASON = "Stream-Reason";
/** The offset to read from next. */
export const NEXT_OFFSET = "Stream-Next-Offset";
/** `true` once the stream is terminal and its end was reached. */
export const CLOSED = "Stream-Closed";

/**
 * Header names of the wire. `status`, `error`, `errorMessage` and `reason` are Twinstream's own; the
 * others are those of the Durable Streams protocol (https://github.com/durable-streams/durable-streams).
 */
export const HEADERS = {
  status: STATUS,
  error: ERROR,
  errorMessage: ERROR_MESSAGE,
  reason: REASON,
  nextOffset: NEXT_OFFSET,
  closed: CLOSED,
  /** `true` if the answer reaches the end of the stored text. */
  upToDate: "Stream-Up-To-Date",
  /** Echoed by long-poll clients, so that caches tell polls apart. */
  cursor: "Stream-Cursor",
} as const;
