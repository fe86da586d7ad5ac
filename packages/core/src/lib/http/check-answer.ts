import { StreamError } from "../errors.ts";
import { STATUS } from "../protocol/headers.ts";
import { isStatus, type StreamStatus } from "../protocol/status.ts";

const noStatus = (url: string, value: string | null) =>
  new StreamError(
    "protocol",
    value === null
      ? `${url} answered without a ${STATUS} header. Is it a login page, a dev server without a proxy, or hidden by CORS (Access-Control-Expose-Headers)?`
      : `${url} answered with the ${STATUS} "${value}", which this client does not know.`,
  );

/**
 * The status that an answer about a stream has.
 * @throws {StreamError} `protocol`, if it has none that is known
 */
export function statusOf({ headers }: Response, url: string): StreamStatus {
  const value = headers.get(STATUS);
  if (isStatus(value)) return value;
  throw noStatus(url, value);
}

/**
 * Refuses a page of HTML without a status: it is the application's own, such as its login.
 * @throws {StreamError} `protocol`
 */
export function refusePage({ headers }: Response, url: string): void {
  if (!headers.has(STATUS) && headers.get("content-type")?.includes("html")) {
    throw noStatus(url, null);
  }
}
