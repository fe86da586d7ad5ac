import { refusal } from "../http/send.ts";
import type { StreamRequest } from "../types.ts";

/** Sends a GET with the client's headers, and `more`. Throws a StreamError, unless the answer is a success or 304. */
export async function get(
  request: StreamRequest,
  url: string,
  more: { readonly headers?: Record<string, string>; readonly cache?: RequestCache } = {},
): Promise<Response> {
  const headers = await request.headers();
  for (const [name, value] of Object.entries(more.headers ?? {})) headers.set(name, value);
  request.alive();
  const response = await request.fetch(url, { ...more, headers, signal: request.signal });
  if (response.ok || response.status === 304) return response;
  throw await refusal(response);
}
