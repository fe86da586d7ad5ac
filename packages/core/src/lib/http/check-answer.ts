import { StreamError } from "../errors.ts";
import { STATUS } from "../protocol/headers.ts";
import { isStatus, type StreamStatus } from "../protocol/status.ts";

/**
 * The error of an answer that is not of the protocol.
 * @param lacks what it lacks
 */
export const strangeAnswer = ({ url }: Response, lacks: string): StreamError =>
  new StreamError(
    "protocol",
    `${url} answered without ${lacks}. Is it a login page, a dev server without a proxy, or hidden by CORS (Access-Control-Expose-Headers)?`,
  );

/**
 * The status that an answer about a stream has.
 * @throws {StreamError} `protocol`, if it has none that is known
 */
export function statusOf(response: Response): StreamStatus {
  const value = response.headers.get(STATUS);
  if (isStatus(value)) return value;
  throw strangeAnswer(response, `a known ${STATUS} header (${value})`);
}

/**
 * Refuses a page of HTML without a status: it is the application's own, such as its login.
 * @throws {StreamError} `protocol`
 */
export function refusePage(response: Response): void {
  if (response.headers.get("content-type")?.includes("html")) statusOf(response);
}
