import { HEADERS } from "@twinstream/core/protocol";
import type { Action } from "../options/authorize.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { Store } from "../options/store.ts";
import { isStoreAway } from "../store/store-errors.ts";
import type { Streams } from "../streams.ts";
import { isId } from "../util/id.ts";
import { permit } from "./authorize.ts";
import { addCors, preflight } from "./cors.ts";
import { errorResponse, HttpError, notFound, recordHeaders } from "./http-error.ts";
import { parsePath } from "./path.ts";
import { head, type ReadContext, read } from "./read-route.ts";
import { readInput } from "./request-body.ts";

interface Route {
  readonly action: Action;
  readonly run: (id: string) => Promise<Response>;
}

/** What the routes need. */
export interface HandlerContext extends ReadContext {
  readonly streams: Streams;
  /** As `streams.drive`, but throws what is wrong, a body that was read before included. */
  readonly drive: (id: string) => Promise<Response>;
}

/** The routes: finds the one that `request` means, asks `authorize`, and answers. Never rejects. */
export function handle(context: HandlerContext, request: Request): Promise<Response> {
  return answered(context.settings, request, () => answer(context, request));
}

/** The response that `work` comes to; what it throws becomes one too, and pages of other origins may read it where `cors` says so. */
export async function answered(
  settings: ResolvedOptions,
  request: Request,
  work: () => Promise<Response>,
): Promise<Response> {
  let response: Response;
  try {
    response = await work();
  } catch (error) {
    if (!(error instanceof HttpError)) settings.onError(error);
    response = errorResponse(shownOf(error));
  }
  if (!settings.cors) return response;
  try {
    return addCors(response, request, settings.cors);
  } catch (error) {
    settings.onError(error);
    return response;
  }
}

/** What `work` throws about a stream says, too, where the stream stands. */
export async function withStatus(
  store: Store,
  id: string,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HttpError) || error.status === 404) throw error;
    if (HEADERS.status in error.headers) throw error;
    const record = await store.status(id);
    throw record ? error.with(recordHeaders(record)) : notFound();
  }
}

/** What a client is told of an error. */
function shownOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (!isStoreAway(error)) {
    return new HttpError(500, "internal", "The server could not answer; its log says why.");
  }
  const message = "The store cannot be reached now: try again soon.";
  return new HttpError(503, "store_unavailable", message, { "Retry-After": "2" });
}

async function answer(context: HandlerContext, request: Request): Promise<Response> {
  const { settings } = context;
  const [id, verb] = parsePath(settings.basePath, new URL(request.url).pathname);
  const routes = routesOf(context, request, id, verb);
  const allow = [...Object.keys(routes), "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") return preflight(request, allow, settings.cors);
  const route = Object.hasOwn(routes, request.method) ? routes[request.method] : undefined;
  if (!route) {
    const message = `${request.method.slice(0, 20)} is not for this URL: use ${allow}.`;
    throw new HttpError(405, "method_not_allowed", message, { Allow: allow });
  }
  if (id !== undefined && !isId(id)) throw notFound();
  const instead = await permit(settings, route.action, id, request);
  if (instead) return instead;
  return id === undefined ? route.run("") : withStatus(settings.store, id, () => route.run(id));
}

function routesOf(
  context: HandlerContext,
  request: Request,
  id: string | undefined,
  verb: string | undefined,
): Record<string, Route> {
  const { settings, streams, drive } = context;
  if (verb === "drive") {
    return { POST: { action: "drive", run: drive } };
  }
  if (verb === "stop") return { POST: { action: "stop", run: (id) => stop(streams, id) } };
  if (id === undefined) {
    return { POST: { action: "create", run: () => create(settings, streams, request) } };
  }
  return {
    GET: { action: "read", run: (id) => read(context, id, request) },
    HEAD: { action: "read", run: (id) => head(context, id) },
    DELETE: { action: "delete", run: (id) => remove(streams, id) },
  };
}

async function create(
  settings: ResolvedOptions,
  streams: Streams,
  request: Request,
): Promise<Response> {
  await readInput(request, settings.limits.inputBytes);
  const id = await streams.create();
  return Response.json(
    { id },
    {
      status: 201,
      headers: {
        Location: `${settings.basePath}/${id}`,
        "Cache-Control": "no-store",
        [HEADERS.status]: "pending",
      },
    },
  );
}

async function stop(streams: Streams, id: string): Promise<Response> {
  const record = await streams.stop(id);
  if (!record) throw notFound();
  return new Response(null, { status: 204, headers: { [HEADERS.status]: record.status } });
}

async function remove(streams: Streams, id: string): Promise<Response> {
  if (!(await streams.delete(id))) throw notFound();
  return new Response(null, { status: 204 });
}
