import { HEADERS } from "@twinstream/core/protocol";
import { NotFound } from "../errors.ts";
import type { Action } from "../options/authorize.ts";
import type { PlatformContext } from "../options/platform-context.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import type { Streams } from "../streams.ts";
import { isId } from "../util/id.ts";
import { answer, withStatus } from "./answer.ts";
import { authorize } from "./authorize.ts";
import { preflight } from "./cors.ts";
import { type DriveContext, drive } from "./drive-route.ts";
import { HttpError } from "./http-error.ts";
import { parsePath } from "./path.ts";
import { head, type ReadContext, read } from "./read-route.ts";
import { readInput } from "./request-body.ts";

interface Route {
  readonly action: Action;
  readonly run: (id: string) => Promise<Response>;
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
  context: HandlerContext,
  request: Request,
  platform: PlatformContext | undefined,
): Promise<Response> {
  const { options } = context;
  const [id, verb] = parsePath(options.basePath, new URL(request.url).pathname);
  const routes = routesOf(context, request, platform, id, verb);
  const allow = [...Object.keys(routes), "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") return preflight(request, allow, options.cors);
  const found = Object.hasOwn(routes, request.method) ? routes[request.method] : undefined;
  if (!found) {
    const message = `${request.method.slice(0, 20)} is not for this URL: use ${allow}.`;
    throw new HttpError(405, "method_not_allowed", message, { Allow: allow });
  }
  if (id !== undefined && !isId(id)) throw new NotFound();
  const instead = await authorize(options, found.action, id, request);
  if (instead) return instead;
  return id === undefined ? found.run("") : withStatus(options.store, id, () => found.run(id));
}

function routesOf(
  context: HandlerContext,
  request: Request,
  platform: PlatformContext | undefined,
  id: string | undefined,
  verb: string | undefined,
): Record<string, Route> {
  const { options, streams } = context;
  if (verb === "drive") {
    const { generate } = options;
    const run = (id: string) =>
      drive(context, { request, id, generate, platform, needsBody: true });
    return { POST: { action: "drive", run } };
  }
  if (verb === "stop") return { POST: { action: "stop", run: (id) => stop(streams, id) } };
  if (id === undefined) {
    return { POST: { action: "create", run: () => create(options, streams, request) } };
  }
  return {
    GET: { action: "read", run: (id) => read(context, id, request) },
    HEAD: { action: "read", run: (id) => head(context, id) },
    DELETE: { action: "delete", run: (id) => remove(streams, id) },
  };
}

async function create(
  options: ResolvedOptions,
  streams: Pick<Streams, "create">,
  request: Request,
): Promise<Response> {
  await readInput(request, options.limits.inputBytes);
  const id = await streams.create();
  return Response.json(
    { id },
    {
      status: 201,
      headers: {
        Location: `${options.basePath}/${id}`,
        "Cache-Control": "no-store",
        [HEADERS.status]: "pending",
      },
    },
  );
}

async function stop(streams: Pick<Streams, "stop">, id: string): Promise<Response> {
  const record = await streams.stop(id);
  if (!record) throw new NotFound();
  return new Response(null, { status: 204, headers: { [HEADERS.status]: record.status } });
}

async function remove(streams: Pick<Streams, "delete">, id: string): Promise<Response> {
  if (!(await streams.delete(id))) throw new NotFound();
  return new Response(null, { status: 204 });
}
