import type { StreamEndFields } from "../body.ts";
import { ERROR, ERROR_MESSAGE, REASON } from "../protocol/headers.ts";

/** What an answer's headers say of the stream's end. */
export function endFields({ headers }: Response): StreamEndFields {
  const field = (name: string) => headers.get(name) ?? undefined;
  const message = field(ERROR_MESSAGE);
  return {
    error: field(ERROR),
    // Decodes as `decodeURIComponent` does, and takes what is not UTF-8, which that one throws at.
    errorMessage: message && (new URLSearchParams(`m=${message}`).get("m") ?? undefined),
    reason: field(REASON),
  };
}
