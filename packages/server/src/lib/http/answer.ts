import { HEADERS } from "@twinstream/core/protocol";
import { Deleted, NotFound } from "../errors.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { Store } from "../options/store.ts";
import { Refused } from "./authorize.ts";
import { addCors } from "./cors.ts";
import { errorResponse, hiddenError, toHttpError } from "./error-response.ts";
import { recordHeaders } from "./response-headers.ts";

/**
 * Answers a request by `work`. An error becomes an answer too, is reported to `onError` if clients are
 * not shown its details, and is readable by other origins if `cors` says so.
 * @returns the response; never rejects
 */
export async function answer(
  { onError, cors }: Pick<ResolvedOptions, "onError" | "cors">,
  request: Request,
  work: () => Promise<Response>,
): Promise<Response> {
  let response: Response;
  try {
    response = await work();
  } catch (error) {
    if (error instanceof Refused) response = error.response;
    else {
      const shown = toHttpError(error);
      if (!shown) onError(error);
      response = errorResponse(shown ?? hiddenError(error));
    }
  }
  if (!cors) return response;
  try {
    return addCors(response, request, cors);
  } catch (error) {
    onError(error);
    return response;
  }
}

/**
 * Runs `work` for a stream. An error that it throws says the stream's status too, and that the stream
 * was deleted if it was.
 * @param creates whether `work` makes the stream if it is not there
 */
export async function withStatus(
  store: Store,
  id: string,
  work: () => Promise<Response>,
  creates = false,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    const shown = toHttpError(error);
    if (!shown || shown.status === 410 || HEADERS.status in shown.headers) throw error;
    const record = shown.status === 404 ? undefined : await store.status(id);
    if (record) throw shown.with(recordHeaders(record));
    if (await store.isDeleted(id)) throw new Deleted();
    throw creates ? shown : new NotFound();
  }
}
