import { StreamError, type StreamErrorCode } from "../errors.ts";

function codeOf(status: number): StreamErrorCode {
  switch (status) {
    case 401:
    case 403:
      return "unauthorized";
    case 404:
    case 410:
      return "not_found";
    case 408:
    case 425:
    case 429:
      return "server";
    default:
      return status >= 500 ? "server" : "rejected";
  }
}

/**
 * How long a server asks to wait, in ms: `Retry-After` is a number of seconds, or a date.
 * See https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
function retryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  // A date that is none, or past, asks for nothing.
  return ms > 0 ? ms : undefined;
}

/** The error that an answer stands for which is no success. */
export async function refusal(response: Response, url: string): Promise<StreamError> {
  const { status, headers } = response;
  const text = (await response.text()).slice(0, 300);
  return new StreamError(codeOf(status), `${url} answered ${status}: ${text}`, {
    retryAfter: retryAfter(headers.get("retry-after")),
  });
}
