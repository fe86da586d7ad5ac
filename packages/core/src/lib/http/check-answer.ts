import { StreamError } from "../errors.ts";
import { STATUS } from "../protocol/headers.ts";
import { isStatus, type StreamStatus } from "../protocol/status.ts";

/**
 * The status that an answer about a stream has.
 * @throws {StreamError} `protocol`, if it has none that is known
 */
export function statusOf({ url, headers }: Response): StreamStatus {
  const value = headers.get(STATUS);
  if (isStatus(value)) return value;
  throw new StreamError(
    "protocol",
    `${url} answered without a known ${STATUS} header (${value}). Is it a login page, a dev server without a proxy, or hidden by CORS (Access-Control-Expose-Headers)?`,
  );
}

/**
 * Refuses a page of HTML without a status: it is the application's own, such as its login.
 * @throws {StreamError} `protocol`
 */
export function refusePage(response: Response): void {
  if (response.headers.get("content-type")?.includes("html")) statusOf(response);
}
