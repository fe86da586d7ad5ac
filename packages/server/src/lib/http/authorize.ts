import type { AuthorizeContext } from "../options/authorize.ts";
import type { ResolvedOptions } from "../options/resolve.ts";
import { typeName } from "../util/type-name.ts";
import { HttpError } from "./http-error.ts";

/** The application's own answer to a request that it does not allow. Thrown; sent as it is. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly response: Response;

  constructor(response: Response) {
    super("`authorize` gave a response of its own.");
    this.response = response;
  }
}

/**
 * Asks the application's `authorize` whether a request may act on a stream.
 * @returns the context that it gave, if any
 * @throws Refused if it gave a response to send instead; HttpError 403 if the request may not act
 */
export async function authorize(
  options: Pick<ResolvedOptions, "authorize" | "onError">,
  question: AuthorizeContext,
): Promise<unknown> {
  const { action, id } = question;
  const allowed = await ask(options.authorize, question);
  if (allowed === true) return undefined;
  // A copy, so that the application may send the same one again, and headers can be added to it.
  if (isResponse(allowed) && allowed.status >= 200) {
    throw new Refused(new Response(allowed.clone().body, allowed));
  }
  if (isObject(allowed) && Object.keys(allowed).join() === "context") return allowed.context;
  if (allowed !== false) {
    const message = `\`authorize\` returned ${named(allowed)}, so the request was refused: return true, { context }, false or a Response.`;
    options.onError(new TypeError(message), id);
  }
  throw new HttpError(403, "forbidden", `You may not ${action} this stream.`);
}

async function ask(
  authorize: ResolvedOptions["authorize"],
  context: AuthorizeContext,
): Promise<unknown> {
  try {
    return await authorize(context);
  } catch (error) {
    // Some frameworks refuse by throwing a Response.
    if (isResponse(error)) return error;
    throw error;
  }
}

/** A wrong answer, for an error message. */
function named(value: unknown): string {
  if (isResponse(value)) return "a Response that cannot be sent, as `Response.error()`";
  if (!isObject(value)) return typeName(value);
  return `an object with the keys ${Object.keys(value).slice(0, 8).join(", ") || "(none)"}`;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// By its shape: an adapter may have put a Response of its own in the global's place.
function isResponse(value: unknown): value is Response {
  return value instanceof Response || (isObject(value) && "headers" in value && "clone" in value);
}
