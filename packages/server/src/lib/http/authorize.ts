import type { Action, Authorize, AuthorizeContext } from "../options/authorize.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import { typeName } from "../util/type-name.ts";
import { HttpError } from "./http-error.ts";

/**
 * Asks the application's `authorize` whether a request may act on a stream.
 * @returns undefined if it may; the response to send instead if `authorize` gave one
 * @throws HttpError 403 if it may not
 */
export async function authorize(
  options: ResolvedOptions,
  action: Action,
  id: string | undefined,
  request: Request,
): Promise<Response | undefined> {
  const allowed = await ask(options.authorize, { action, id, request });
  if (allowed === true) return undefined;
  // A copy, so that the application may send the same one again, and headers can be added to it.
  if (isResponse(allowed) && allowed.status >= 200) {
    return new Response(allowed.clone().body, allowed);
  }
  if (allowed !== false) {
    const message = `\`authorize\` returned ${typeName(allowed)}, so the request was refused: return true, false or a Response.`;
    options.onError(new TypeError(message), id);
  }
  throw new HttpError(403, "forbidden", `You may not ${action} this stream.`);
}

async function ask(authorize: Authorize, context: AuthorizeContext): Promise<unknown> {
  try {
    return await authorize(context);
  } catch (error) {
    // Some frameworks refuse by throwing a Response.
    if (isResponse(error)) return error;
    throw error;
  }
}

// By its shape: an adapter may have put a Response of its own in the global's place.
function isResponse(value: unknown): value is Response {
  return (
    value instanceof Response ||
    (typeof value === "object" && value !== null && "headers" in value && "clone" in value)
  );
}
