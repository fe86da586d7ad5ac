import { StreamError } from "../errors.ts";

/**
 * The error that an answer stands for which is no success.
 * `Retry-After` is a number of seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export async function refusal(response: Response): Promise<StreamError> {
  const { headers, status, url } = response;
  const code =
    status === 401 || status === 403
      ? "unauthorized"
      : status === 404 || status === 410
        ? "not_found"
        : status === 408 || status === 425 || status === 429 || status >= 500
          ? "server"
          : "rejected";
  const pause = headers.get("retry-after") ?? "";
  const ms = Number(pause) * 1000 || Date.parse(pause) - Date.now();
  return new StreamError(
    code,
    `${url} answered ${status}: ${(await response.text()).slice(0, 300)}`,
    // Zero, a date that is past, and a word that is no date ask for nothing.
    { httpStatus: status, retryAfterMs: ms > 0 ? ms : undefined },
  );
}
