import { unclaimed } from "../generation/claim.ts";
import type { Generations } from "../generation/generations.ts";
import type { Generate } from "../options/generate.ts";
import type { PlatformContext } from "../options/platform-context.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { StreamRecord } from "../options/store.ts";
import { HttpError } from "./http-error.ts";
import { alreadyRead, hadBody, readInput } from "./request-body.ts";
import { recordHeaders, streamingHeaders } from "./response-headers.ts";
import { textStream } from "./text-stream.ts";

/** What the drive route needs. */
export interface DriveContext {
  readonly options: ResolvedOptions;
  readonly generations: Generations;
}

/** A request to drive a stream. */
export interface DriveRequest {
  readonly request: Request;
  readonly id: string;
  readonly generate: Generate | undefined;
  readonly platform: PlatformContext | undefined;
  /** Whether a body that was read before is a mistake: it is with the handler, and not in a route of your own. */
  readonly needsBody: boolean;
}

/**
 * Claims a stream, begins to generate, and answers with the text as it is generated.
 * @throws HttpError 400 or 413 if the input is wrong
 * @throws NotFound, AlreadyClaimed or TooManyGenerations if the stream cannot be driven
 * @throws TypeError if `generate` is missing, or the body was read before
 */
export async function drive(context: DriveContext, drive: DriveRequest): Promise<Response> {
  const { options, generations } = context;
  const { request, id, generate, platform, needsBody } = drive;
  if (!generate) {
    throw new TypeError("drive: give `generate` to createStreamServer, or to `streams.drive`.");
  }
  if (needsBody && request.bodyUsed) throw alreadyRead();
  const input = await takeInput(options, request, id, needsBody);
  const waitUntil = platform?.waitUntil ?? options.waitUntil;
  const producer = await generations.begin({
    id,
    input,
    request,
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
  request: Request,
  id: string,
  needsBody: boolean,
): Promise<unknown> {
  // Wrong input is the client's to mend, but only if the stream can still be driven: otherwise the
  // answer says that instead.
  const checked = async (step: () => unknown) => {
    try {
      return await step();
    } catch (error) {
      const record = await unclaimed(store, id);
      throw badInput(error).with(recordHeaders(record));
    }
  };
  const raw = await checked(() => readInput(request, limits.inputBytes));
  if (needsBody && raw === undefined && hadBody(request)) throw alreadyRead();
  return checked(() => parseInput(raw, { id, request }));
}

function badInput(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  return new HttpError(400, "bad_input", error instanceof Error ? error.message : String(error));
}
