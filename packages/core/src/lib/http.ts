import { StreamError, type StreamErrorCode } from "./error.ts";
import type { RequestContext } from "./types.ts";

const CODES: Record<number, StreamErrorCode> = {
  401: "unauthorized",
  403: "unauthorized",
  404: "not_found",
  408: "server",
  410: "not_found",
  425: "server",
  429: "server",
};

/** The delay that a `Retry-After` header asks for, in ms; undefined where there is none. */
export function retryAfter(header: string | null): number | undefined {
  if (!header) return;
  const ms = Number(header) * 1000 || Date.parse(header) - Date.now();
  return ms > 0 ? ms : undefined;
}

/** What an answer that is no success means. */
async function refusal(response: Response): Promise<StreamError> {
  const { status } = response;
  const detail = await response.text().catch(() => "");
  return new StreamError(
    CODES[status] ?? (status < 500 ? "rejected" : "server"),
    `${status} ${detail.slice(0, 300)}`.trim(),
    { retryAfter: retryAfter(response.headers.get("retry-after")) },
  );
}

/** Sends a request with the client's headers. Throws a StreamError, unless the answer is a success or `allowed`. */
export async function send(
  request: RequestContext,
  path: string,
  init?: RequestInit,
  allowed?: number,
): Promise<Response> {
  const headers = await request.headers();
  if (typeof init?.body === "string" && !headers.has("content-type")) {
    headers.set("content-type", "application/json");
  }
  request.alive();
  const response = await request.fetch(path, {
    signal: request.signal,
    ...init,
    headers,
  });
  if (response.ok || response.status === allowed) return response;
  throw await refusal(response);
}

/** The address of a stream on the client's server. */
export const streamUrl = ({ url, id }: RequestContext): string =>
  `${url}/${encodeURIComponent(id)}`;
