import { Deleted } from "../../errors.ts";
import { unclaimed } from "../../generation/claim.ts";
import type { Generations } from "../../generation/generations.ts";
import type { Generate } from "../../options/generate.ts";
import type { PlatformContext } from "../../options/platform-context.ts";
import type { ResolvedOptions } from "../../options/resolve.ts";
import type { NewStream, StreamRecord } from "../../options/store.ts";
import { HttpError } from "../http-error.ts";
import { alreadyRead, hadBody, readInput } from "../request-body.ts";
import { recordHeaders, streamingHeaders } from "../response-headers.ts";
import { textStream } from "../text-stream.ts";

/** What the drive route needs. */
export interface DriveContext {
  readonly options: ResolvedOptions;
  readonly generations: Generations;
}

/** A request to drive a stream. */
export interface DriveRequest {
  readonly request: Request;
  readonly id: string;
  readonly generate: Generate<unknown, unknown> | undefined;
  readonly platform: PlatformContext | undefined;
  /** Whether a body that was read before is a mistake: it is with the handler, and not in a route of your own. */
  readonly needsBody: boolean;
  /** The input, if the application has it already: then the body is not read. */
  readonly input?: unknown;
  /** What the application knows of the request. */
  readonly context: unknown;
  /** If given, the stream is made if it is not there. */
  readonly create: NewStream | undefined;
  /**
   * Asks whether the stream may be made, before anything is written.
   * @returns a context, if the answer has one
   */
  readonly mayCreate?: () => Promise<unknown>;
}

/**
 * Claims a stream, begins to generate, and answers with the text as it is generated.
 * @throws HttpError 400 or 413 if the input is wrong
 * @throws NotFound, Deleted, AlreadyClaimed or TooManyGenerations if the stream cannot be driven
 * @throws TypeError if `generate` is missing, or the body was read before
 */
export async function drive({ options, generations }: DriveContext, asked: DriveRequest) {
  const { request, id, generate, platform, mayCreate } = asked;
  if (!generate) {
    throw new TypeError("drive: give `generate` to createStreamServer, or to `streams.drive`.");
  }
  let { create, context } = asked;
  if (create && mayCreate) {
    const { store } = options;
    // At once: a question waits for both before its first token.
    const [record, deleted] = await Promise.all([store.status(id), store.isDeleted(id)]);
    if (record) create = undefined;
    else if (deleted) throw new Deleted();
    else context = (await mayCreate()) ?? context;
  }
  const input = await takeInput(options, { ...asked, create, context });
  const waitUntil = platform?.waitUntil ?? options.waitUntil;
  const producer = await generations.begin({
    id,
    input,
    context,
    request,
    create,
    generate,
    waitUntil: typeof waitUntil === "function" ? waitUntil.bind(platform) : undefined,
  });
  const begun: StreamRecord = { status: "streaming", length: 0, epoch: 1 };
  return new Response(
    textStream(producer.text, options.store, id, 0, () => {}),
    { headers: streamingHeaders(options.contentType, begun, 0) },
  );
}

async function takeInput(
  { store, limits, parseInput }: ResolvedOptions,
  { request, id, input, needsBody, context, create }: DriveRequest,
): Promise<unknown> {
  if (input !== undefined) return input;
  if (needsBody && request.bodyUsed) throw alreadyRead();
  // Wrong input is the client's to mend, but only if the stream can still be driven: otherwise the
  // answer says that instead.
  const checked = async (step: () => unknown) => {
    try {
      return await step();
    } catch (error) {
      const record = await unclaimed(store, id, create !== undefined);
      throw record ? badInput(error).with(recordHeaders(record)) : badInput(error);
    }
  };
  const raw = await checked(() => readInput(request, limits.inputBytes));
  if (needsBody && raw === undefined && hadBody(request)) throw alreadyRead();
  return checked(() => parseInput(raw, { id, context, request }));
}

function badInput(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  return new HttpError(400, "bad_input", error instanceof Error ? error.message : String(error));
}
