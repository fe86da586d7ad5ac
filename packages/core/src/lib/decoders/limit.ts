import { StreamError } from "../errors.ts";

/** The longest event or line, in characters: events of some formats hold whole images. */
export const LIMIT = 16_000_000;

/** The `StreamError` for a longer one: the memory of the reader is not the sender's to fill. */
export function tooLong(part: string): StreamError {
  return new StreamError(
    "protocol",
    `${part} of the response is longer than ${LIMIT} characters. Does the server end its lines?`,
  );
}
