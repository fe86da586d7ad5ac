import { StreamError } from "../errors.ts";
import type { StreamRequest } from "../types.ts";
import { refusal } from "./refusal.ts";

/** What is sent beside the client's headers. */
export interface SendOptions {
  /** Default: `GET`. */
  readonly method?: "GET" | "POST";
  /** The body, as JSON. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cache?: RequestCache;
}

/**
 * Sends a request by the client's `fetch` (https://fetch.spec.whatwg.org), with its headers.
 * @returns the answer: a success, 304, or 409 to a POST, which was done before then
 * @throws {StreamError} for any other answer
 */
export async function send(
  request: StreamRequest,
  url: string,
  { method = "GET", json, headers = {}, cache }: SendOptions = {},
): Promise<Response> {
  const all = await request.headers();
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  const body = JSON.stringify(json);
  if (body) all.set("content-type", "application/json");
  request.alive();
  const { signal } = request;
  const response = await request.fetch(url, { method, body, headers: all, cache, signal });
  const { ok, status } = response;
  if (ok || status === 304 || (status === 409 && method === "POST")) return response;
  throw await refusal(response, url);
}

/**
 * The address of a stream on the client's server.
 * @throws {StreamError} `rejected`, if the client has no `url`
 */
export function streamUrl({ url, id }: StreamRequest): string {
  if (url) return `${url}/${encodeURIComponent(id)}`;
  throw new StreamError(
    "rejected",
    "The client has no `url`. Give it one, or a `drive`, a `source` and a `stop` of your own.",
  );
}
