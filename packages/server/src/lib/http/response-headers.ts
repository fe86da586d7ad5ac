import { formatOffset, HEADERS, isTerminal } from "@twinstream/core/protocol";
import type { StreamRecord } from "../options/store.ts";

/** Headers of an answer that is no text of a stream. */
export const PLAIN = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

/** Headers that keep a text from being guessed at, or embedded by other origins. */
export const SAFE = {
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
};

// Neither proxies nor browsers may hold text back, change it, or guess at its type.
const STREAMING = {
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
  "X-Content-Type-Options": "nosniff",
};

/**
 * The headers that every answer about a stream has: its status, and its error and reason if it has
 * them. The error's message may be any text, so it is percent-encoded.
 */
export function recordHeaders(record: StreamRecord): Record<string, string> {
  const { status, error, errorMessage, reason } = record;
  const headers: Record<string, string> = { [HEADERS.status]: status };
  if (error) headers[HEADERS.error] = error;
  if (errorMessage) headers[HEADERS.errorMessage] = encodeURIComponent(errorMessage);
  if (reason) headers[HEADERS.reason] = reason;
  return headers;
}

/**
 * The headers of an answer that ends at byte `offset`: where to go on, and whether the stream ends there.
 * @see https://github.com/durable-streams/durable-streams
 */
export function endHeaders(record: StreamRecord, offset: number): Record<string, string> {
  const headers = recordHeaders(record);
  headers[HEADERS.nextOffset] = formatOffset(offset);
  if (isTerminal(record.status) && offset >= record.length) headers[HEADERS.closed] = "true";
  return headers;
}

/** The headers of a text that is sent as it comes, from byte `offset` on. */
export function streamingHeaders(
  contentType: string,
  record: StreamRecord,
  offset: number,
): Record<string, string> {
  return {
    "Content-Type": contentType,
    ...STREAMING,
    ...recordHeaders(record),
    [HEADERS.nextOffset]: formatOffset(offset),
  };
}
