import { StreamError } from "../errors.ts";

/** How long one event or line may be, in characters: events of some formats hold whole images. */
export const LIMIT = 16_000_000;

/** The `StreamError` for what is longer: a client's memory is not the server's to fill. */
export function tooLong(what: string): StreamError {
  return new StreamError("protocol", `${what} of the response is longer than ${LIMIT} characters.`);
}
