import { ERROR, ERROR_MESSAGE, REASON } from "../protocol/headers.ts";
import type { StreamEndFields } from "../text/body.ts";

/** What an answer's headers say of the stream's end. */
export function endFields({ headers }: Response): StreamEndFields {
  const message = headers.get(ERROR_MESSAGE);
  return {
    error: headers.get(ERROR),
    // Decodes as `decodeURIComponent` does, which would throw at bytes that are not UTF-8.
    errorMessage: message && new URLSearchParams(`=${message}`).get(""),
    reason: headers.get(REASON),
  };
}
