import { HEADERS } from "@twinstream/core/protocol";
import type { StreamRecord } from "../options/store.ts";

/** An answer that says what is wrong: thrown inside, and sent as `{ error: { code, message } }`. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** The same, with more headers. */
  with(headers: Record<string, string>): HttpError {
    return new HttpError(this.status, this.code, this.message, { ...this.headers, ...headers });
  }
}

/** The answer that an error becomes. */
export function errorResponse(error: HttpError): Response {
  const { status, code, message, headers } = error;
  return Response.json({ error: { code, message } }, { status, headers: { ...PLAIN, ...headers } });
}

const PLAIN = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

/** There is no such stream, or none that this caller may know of. */
export function notFound(): HttpError {
  return new HttpError(404, "not_found", "There is no such stream.");
}

/** The headers that every answer about a stream bears. */
export function recordHeaders(record: StreamRecord): Record<string, string> {
  const headers: Record<string, string> = { [HEADERS.status]: record.status };
  if (record.error) headers[HEADERS.error] = record.error;
  return headers;
}
