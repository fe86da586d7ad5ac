import type { Action, Authorize, AuthorizeContext } from "../options/authorize.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import { typeName } from "../util/type-name.ts";
import { HttpError } from "./http-error.ts";

/** Asks `authorize`. Resolves with the answer to send instead, if it gave one. Throws a 403. */
export async function permit(
  settings: ResolvedOptions,
  action: Action,
  id: string | undefined,
  request: Request,
): Promise<Response | undefined> {
  const allowed = await ask(settings.authorize, { action, id, request });
  if (allowed === true) return undefined;
  // A copy, so that the application may send the same one again, and headers be added to it.
  if (isResponse(allowed) && allowed.status >= 200)
    return new Response(allowed.clone().body, allowed);
  if (allowed !== false) {
    const message = `\`authorize\` must return true, false or a Response, and returned ${typeName(allowed)}: nobody is let in.`;
    settings.onError(new TypeError(message), id);
  }
  throw new HttpError(403, "forbidden", `You may not ${action} this stream.`);
}

async function ask(authorize: Authorize, context: AuthorizeContext): Promise<unknown> {
  try {
    return await authorize(context);
  } catch (error) {
    // Some frameworks' ways of saying no throw their answer.
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
