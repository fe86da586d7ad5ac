import {
  AlreadyClaimed,
  Deleted,
  IdTaken,
  NotFound,
  TooManyFollowers,
  TooManyGenerations,
} from "../errors.ts";
import { isStoreAway } from "../store/store-errors.ts";
import { HttpError } from "./http-error.ts";
import { PLAIN, recordHeaders } from "./response-headers.ts";

/**
 * The answer that a domain error means.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-client-error-4xx
 * @returns the answer; undefined if the error is a bug or the store's: report it, and show no details
 */
export function toHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (error instanceof NotFound) return new HttpError(404, "not_found", error.message);
  if (error instanceof Deleted) return new HttpError(410, "deleted", error.message);
  if (error instanceof IdTaken) return new HttpError(409, "taken", error.message);
  if (error instanceof AlreadyClaimed) {
    return new HttpError(409, "claimed", error.message, recordHeaders(error.record));
  }
  if (error instanceof TooManyGenerations) {
    const headers = {
      "Retry-After": "2",
      ...(error.record && recordHeaders(error.record)),
    };
    return new HttpError(429, "too_many_streams", error.message, headers);
  }
  if (error instanceof TooManyFollowers) {
    return new HttpError(429, "too_many_followers", error.message, { "Retry-After": "5" });
  }
  return undefined;
}

/** The answer to an error whose details stay in the server: 503 if the store may come back, else 500. */
export function hiddenError(error: unknown): HttpError {
  if (!isStoreAway(error)) {
    return new HttpError(500, "internal", "The server could not answer. Its log says why.");
  }
  const message = "The server cannot reach its store now: try again in 2 seconds.";
  return new HttpError(503, "store_unavailable", message, { "Retry-After": "2" });
}

/** The response that an error is sent as. */
export function errorResponse({ status, code, message, headers }: HttpError): Response {
  return Response.json({ error: { code, message } }, { status, headers: { ...PLAIN, ...headers } });
}
