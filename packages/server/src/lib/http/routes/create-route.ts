import { HEADERS } from "@twinstream/core/protocol";
import { Deleted } from "../../errors.ts";
import type { ResolvedOptions } from "../../options/resolve.ts";
import { checkNewStream, type NewStreamOptions } from "../../store/new-stream.ts";
import type { Streams } from "../../streams.ts";
import { HttpError } from "../http-error.ts";
import { alreadyRead, hadBody, readInput } from "../request-body.ts";

/** The longest body, in bytes: an id and 16 tags need less, however their JSON is escaped. */
const BODY_BYTES = 16 * 1024;

/**
 * Reads the body of a `POST` that makes a stream.
 * @throws HttpError 400 or 413 if it is wrong
 * @throws TypeError if it was read before
 */
export async function readNewStream(
  { limits }: Pick<ResolvedOptions, "limits">,
  request: Request,
): Promise<NewStreamOptions> {
  if (request.bodyUsed) throw alreadyRead();
  // A copy: `authorize`, which is asked after it, may read the body too.
  const body = await readInput(request.clone(), Math.min(limits.inputBytes, BODY_BYTES));
  if (body === undefined) {
    if (hadBody(request)) throw alreadyRead();
    return {};
  }
  try {
    return checkNewStream("The request's body", body);
  } catch (error) {
    throw new HttpError(400, "bad_create", (error as TypeError).message);
  }
}

/**
 * Makes a stream.
 * @throws IdTaken if there is a stream of this id
 * @throws Deleted if there was one: a request that is sent again must not make it anew
 */
export async function create(
  { store, basePath }: Pick<ResolvedOptions, "store" | "basePath">,
  streams: Pick<Streams, "create">,
  stream: NewStreamOptions,
): Promise<Response> {
  if (stream.id !== undefined && (await store.isDeleted(stream.id))) throw new Deleted();
  const id = await streams.create(stream);
  return Response.json(
    { id },
    {
      status: 201,
      headers: {
        Location: `${basePath}/${id}`,
        "Cache-Control": "no-store",
        [HEADERS.status]: "pending",
      },
    },
  );
}
