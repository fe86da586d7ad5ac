import { StreamError } from "../errors.ts";
import type { StreamRequest } from "../types.ts";
import { refusal } from "./refusal.ts";

/** What sending takes of a request. */
type Sending = Omit<StreamRequest, "id" | "signal" | "platform"> &
  Partial<Pick<StreamRequest, "id" | "signal">>;

/**
 * Sends a request by the client's `fetch` (https://fetch.spec.whatwg.org), with its headers.
 * @param init the method, the cache mode, and a body of JSON
 * @returns the answer: a success, 304, or 409 to a POST about a stream, which was done before then
 * @throws {StreamError} for any other answer
 */
export async function send(
  request: Sending,
  url: string,
  init: Pick<RequestInit, "method" | "body" | "cache"> = {},
): Promise<Response> {
  const headers = await request.headers();
  if (init.body) headers.set("content-type", "application/json");
  request.alive();
  const response = await request.fetch(url, {
    ...init,
    headers,
    credentials: request.credentials,
    signal: request.signal,
  });
  const known = response.status === 304 || (response.status === 409 && init.method && request.id);
  if (response.ok || known) return response;
  throw await refusal(response);
}

/**
 * The address of the client's server.
 * @throws {StreamError} `rejected`, if the client has no `url`
 */
export function serverUrl({ url }: Pick<StreamRequest, "url">): string {
  if (url) return url;
  throw new StreamError("rejected", "Give createStreamClient a `url`.");
}

/**
 * The address of a stream on the client's server.
 * @throws {StreamError} `rejected`, if the client has no `url`
 */
export const streamUrl = (request: Pick<StreamRequest, "url" | "id">): string =>
  `${serverUrl(request)}/${encodeURIComponent(request.id)}`;
