import { NotFound } from "../errors.ts";
import type { Action, AuthorizeContext } from "../options/authorize.ts";
import type { PlatformContext } from "../options/platform-context.ts";
import type { NewStreamOptions } from "../store/new-stream.ts";
import type { Streams } from "../streams.ts";
import { isId } from "../util/id.ts";
import { answer, withStatus } from "./answer.ts";
import { authorize } from "./authorize.ts";
import { preflight } from "./cors.ts";
import { HttpError } from "./http-error.ts";
import { parsePath } from "./path.ts";
import { recordHeaders } from "./response-headers.ts";
import { create, readNewStream } from "./routes/create-route.ts";
import { parseDrive } from "./routes/drive-query.ts";
import { type DriveContext, drive } from "./routes/drive-route.ts";
import { head, type ReadContext, read } from "./routes/read-route.ts";

interface Route {
  readonly action: Action;
  /** Reads from the request what it would make; undefined if it makes nothing. Asked before `authorize`. */
  readonly makes?: () => NewStreamOptions | undefined | Promise<NewStreamOptions>;
  readonly run: (asked: Asked) => Promise<Response>;
}

/** A request that `authorize` has allowed. */
interface Asked {
  /** The id of the URL. */
  readonly id: string;
  readonly made: NewStreamOptions | undefined;
  /** What `authorize` knows of the request. */
  readonly context: unknown;
}

/** What the routes need. */
export interface HandlerContext extends ReadContext, DriveContext {
  readonly streams: Pick<Streams, "create" | "stop" | "delete">;
}

/**
 * Answers a request: finds its route, asks `authorize`, and runs the route.
 * @returns the response; never rejects
 * @see https://www.rfc-editor.org/rfc/rfc9110 for methods and statuses
 */
export function handle(
  context: HandlerContext,
  request: Request,
  platform: PlatformContext | undefined,
): Promise<Response> {
  return answer(context.options, request, () => route(context, request, platform));
}

async function route(
  handler: HandlerContext,
  request: Request,
  platform: PlatformContext | undefined,
): Promise<Response> {
  const { options } = handler;
  const url = new URL(request.url);
  const [id, verb] = parsePath(options.basePath, url.pathname);
  const routes = routesOf(handler, request, url.searchParams, platform, id, verb);
  const allow = [...Object.keys(routes), "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") return preflight(request, allow, options.cors);
  const found = Object.hasOwn(routes, request.method) ? routes[request.method] : undefined;
  if (!found) {
    const message = `${request.method.slice(0, 20)} is not for this URL: use ${allow}.`;
    throw new HttpError(405, "method_not_allowed", message, { Allow: allow });
  }
  if (id !== undefined && !isId(id)) throw new NotFound();
  const made = await found.makes?.();
  const { action } = found;
  const context = await authorize(options, question(request, action, id ?? made?.id, made));
  if (id === undefined) return found.run({ id: "", made, context });
  return withStatus(options.store, id, () => found.run({ id, made, context }), Boolean(made));
}

const question = (
  request: Request,
  action: Action,
  id: string | undefined,
  made: NewStreamOptions | undefined,
): AuthorizeContext => ({ action, id, tags: made?.tags, request });

function routesOf(
  handler: HandlerContext,
  request: Request,
  query: URLSearchParams,
  platform: PlatformContext | undefined,
  id: string | undefined,
  verb: string | undefined,
): Record<string, Route> {
  const { options, streams } = handler;
  if (verb === "drive") {
    const { generate } = options;
    const run = ({ id, made, context }: Asked) =>
      drive(handler, {
        request,
        id,
        generate,
        platform,
        needsBody: true,
        context,
        create: made,
        mayCreate: () => authorize(options, question(request, "create", id, made)),
      });
    return { POST: { action: "drive", makes: () => parseDrive(query), run } };
  }
  if (verb === "stop") return { POST: { action: "stop", run: ({ id }) => stop(streams, id) } };
  if (id === undefined) {
    const run = ({ made = {} }: Asked) => create(options, streams, made);
    return { POST: { action: "create", makes: () => readNewStream(options, request), run } };
  }
  return {
    GET: { action: "read", run: ({ id }) => read(handler, id, request) },
    HEAD: { action: "read", run: ({ id }) => head(handler, id) },
    DELETE: { action: "delete", run: ({ id }) => remove(streams, id) },
  };
}

async function stop(streams: Pick<Streams, "stop">, id: string): Promise<Response> {
  const record = await streams.stop(id);
  if (!record) throw new NotFound();
  return new Response(null, { status: 204, headers: recordHeaders(record) });
}

async function remove(streams: Pick<Streams, "delete">, id: string): Promise<Response> {
  if (!(await streams.delete(id))) throw new NotFound();
  return new Response(null, { status: 204 });
}
