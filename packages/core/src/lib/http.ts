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

/** What an answer that is no success means. */
export async function refusal(response: Response): Promise<StreamError> {
  const { status } = response;
  const after = response.headers.get("retry-after") as string;
  return new StreamError(
    CODES[status] ?? (status < 500 ? "rejected" : "server"),
    `${status} ${(await response.text()).slice(0, 300)}`,
    { retryAfter: Number(after) * 1000 || Date.parse(after) - Date.now() || undefined },
  );
}

/**
 * Sends a request with the client's headers; with an `init`, a POST of JSON.
 * Throws a StreamError, unless the answer is a success, or 409 to a POST: it was done before.
 */
export async function send(
  request: RequestContext,
  path: string,
  init?: { readonly body?: string },
): Promise<Response> {
  const headers = await request.headers();
  if (init?.body) headers.set("content-type", "application/json");
  request.alive();
  const response = await request.fetch(path, {
    method: init && "POST",
    ...init,
    headers,
    signal: request.signal,
  });
  if (response.ok || (init && response.status === 409)) return response;
  throw await refusal(response);
}

/** The address of a stream on the client's server. */
export function streamUrl({ url, id }: RequestContext): string {
  if (!url) throw new StreamError("rejected", "For this, the client needs a `url`.");
  return `${url}/${encodeURIComponent(id)}`;
}
