import { StreamError, type StreamErrorCode } from "../errors.ts";
import { STATUS } from "../protocol/headers.ts";
import type { StreamRequest } from "../types.ts";

function codeOf(status: string): StreamErrorCode {
  if (/40[13]/.test(status)) return "unauthorized";
  if (/404|410/.test(status)) return "not_found";
  return /408|42[59]|5../.test(status) ? "server" : "rejected";
}

/** What an answer that is no success means. */
export async function refusal(response: Response): Promise<StreamError> {
  const { status } = response;
  const pause = response.headers.get("retry-after")!;
  return new StreamError(
    codeOf(`${status}`),
    `${status}: ${(await response.text()).slice(0, 300)}`,
    {
      // In seconds, or a date.
      retryAfter: +pause * 1000 || Date.parse(pause) - Date.now() || undefined,
    },
  );
}

/**
 * Sends a request with the client's headers: a GET, or a POST of `json` where `post` is 1, or 2 at
 * another server than the client's, whose text may call itself HTML.
 * Throws a StreamError, unless the answer is a success, or 409 to a POST: it was done before.
 */
export async function send(
  request: StreamRequest,
  path: string,
  post?: number,
  json?: unknown,
): Promise<Response> {
  const headers = await request.headers();
  const body = JSON.stringify(json);
  if (body) headers.set("content-type", "application/json");
  request.alive();
  const response = await request.fetch(path, {
    method: post ? "POST" : "GET",
    body,
    headers,
    signal: request.signal,
  });
  if (response.ok || (response.status === 409 && post)) {
    // What is read has a status; a page of HTML without one is the app's own, such as its login.
    if (response.headers.get(STATUS) || post! > +/html/.test(response.headers.get("content-type")!))
      return response;
    throw new StreamError("protocol", `${path}: no ${STATUS}. Login? CORS?`);
  }
  throw await refusal(response);
}

/** The address of a stream on the client's server. */
export function streamUrl({ url, id }: StreamRequest): string {
  if (!url) throw new StreamError("rejected", "The client needs a `url`.");
  return `${url}/${encodeURIComponent(id)}`;
}
